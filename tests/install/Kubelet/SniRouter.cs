using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Onboarding.Api.Meta;
using Onboarding.Kubernetes;

namespace Onboarding.Tests.Install.Kubelet;

/// <summary>
/// Plays Istio's gateway as far as server names go: passes TLS on, unopened, to where the Gateways and VirtualServices in the cluster say. An
/// AUTO_PASSTHROUGH server takes the destination from the name itself. What else Envoy does isn't tried.
/// </summary>
internal sealed class SniRouter : IAsyncDisposable
{
    private static readonly ResourceDefinition Gateways = new("networking.istio.io", "v1", "Gateway", "gateways");
    private static readonly ResourceDefinition Routes = new("networking.istio.io", "v1", "VirtualService", "virtualservices");

    private readonly CancellationTokenSource _stop = new();
    private readonly TcpListener _listener;
    private readonly KubernetesClient _cluster;
    private readonly Func<string, IPEndPoint?> _resolve;
    private readonly Task _work;

    private SniRouter(int port, KubernetesClient cluster, Func<string, IPEndPoint?> resolve)
    {
        _cluster = cluster;
        _resolve = resolve;
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _work = RunAsync();
    }

    /// <summary>Starts one.</summary>
    /// <param name="port">Where it listens.</param>
    /// <param name="cluster">Where its configuration is.</param>
    /// <param name="resolve">Where <c>host:port</c> of the cluster is.</param>
    public static SniRouter Start(int port, KubernetesClient cluster, Func<string, IPEndPoint?> resolve) => new(port, cluster, resolve);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
            _ = PassAsync(client);
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using (client)
        {
            using var server = new TcpClient();
            try
            {
                NetworkStream down = client.GetStream();
                byte[] hello = await ClientHello.ReadAsync(down, _stop.Token);
                if (ClientHello.ServerName(hello) is not { } name || await DestinationAsync(name) is not { } destination || _resolve(destination) is not { } address)
                {
                    return;
                }

                await server.ConnectAsync(address, _stop.Token);
                NetworkStream up = server.GetStream();
                await up.WriteAsync(hello, _stop.Token);
                Task there = down.CopyToAsync(up, _stop.Token);
                Task here = up.CopyToAsync(down, _stop.Token);
                await await Task.WhenAny(there, here);
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or KubernetesException or ArgumentOutOfRangeException)
            {
                // One of the two has gone, or what came isn't TLS.
            }
        }
    }

    private async Task<string?> DestinationAsync(string name)
    {
        JsonNode[] servers = [.. (await _cluster.ListAsync(Gateways, null, _stop.Token)).SelectMany(g => g["spec"]!["servers"]!.AsArray()).OfType<JsonNode>()];
        string? mode = servers.FirstOrDefault(s => Matches(s["hosts"], name))?["tls"]!["mode"]!.ToString();
        if (mode == "AUTO_PASSTHROUGH")
        {
            // outbound_.9080_._.details.bookinfo.svc.cluster.local
            return name.Split('.', 4) is [_, { } port, "_", { } host] ? $"{host}:{port.TrimEnd('_')}" : null;
        }

        JsonNode? destination = mode != "PASSTHROUGH" ? null : (await _cluster.ListAsync(Routes, null, _stop.Token))
            .SelectMany(r => r["spec"]!["tls"]!.AsArray()).FirstOrDefault(t => t!["match"]!.AsArray().Any(m => Matches(m!["sniHosts"], name)))
            ?["route"]![0]!["destination"];
        return destination is null ? null : $"{destination["host"]}:{destination["port"]!["number"]}";
    }

    private static bool Matches(JsonNode? hosts, string name) => hosts!.AsArray().Select(h => h!.ToString())
        .Any(h => h == name || (h.StartsWith('*') && name.EndsWith(h[1..], StringComparison.Ordinal)));
}
