using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Istio;
using Onboarding.Kubernetes;

namespace Onboarding.Tests.E2E.Machines;

/// <summary>
/// A client of a service that sends one request after the other, each on a connection of its own, to the entries in turn. It takes entries for
/// what istiod makes of them, or, as a control, for what they are without their health.
/// </summary>
internal sealed class SteadyClient : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly KubernetesClient _kubernetes;
    private readonly string _namespace;
    private readonly int _port;
    private readonly bool _heedsHealth;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _work;
    private volatile IPAddress[] _addresses = [];

    private SteadyClient(KubernetesClient kubernetes, string ns, int port, bool heedsHealth)
    {
        (_kubernetes, _namespace, _port, _heedsHealth) = (kubernetes, ns, port, heedsHealth);
        _work = Task.WhenAll(FollowAsync(), SendAsync());
    }

    /// <summary>Requests that were sent and answered, or not.</summary>
    public int Sent { get; private set; }

    /// <summary>Those that were not answered.</summary>
    public int Failed { get; private set; }

    /// <summary>The share of failed requests, for people.</summary>
    public string Share => string.Create(CultureInfo.InvariantCulture, $"{Failed} of {Sent} requests failed ({(Sent == 0 ? 0 : 100.0 * Failed / Sent):0.##} %)");

    /// <summary>Starts one.</summary>
    /// <param name="kubernetes">Where the entries are.</param>
    /// <param name="ns">Their namespace.</param>
    /// <param name="port">The service's port.</param>
    /// <param name="heedsHealth">False for the control.</param>
    public static SteadyClient Start(KubernetesClient kubernetes, string ns, int port, bool heedsHealth) => new(kubernetes, ns, port, heedsHealth);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work;
        _stop.Dispose();
    }

    private async Task FollowAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            IEnumerable<WorkloadEntry> entries = (await _kubernetes.ListAsync<WorkloadEntry>(_namespace)).Items;
            _addresses = [.. entries.Where(IsServing).Select(e => IPAddress.Parse(e.Spec.Address!))];
            await Task.Delay(Pause, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // istiod's rule: with the annotation, an entry is an endpoint only while its health is known and good.
    private bool IsServing(WorkloadEntry entry) =>
        !_heedsHealth
        || entry.Metadata.Annotations.GetValueOrDefault(WellKnownAnnotations.HealthChecksEnabled) != "true"
        || (entry.Status?["conditions"] as JsonArray)?.Any(c => (string?)c!["type"] == "Healthy" && (string?)c["status"] == "True") == true;

    private async Task SendAsync()
    {
        for (int turn = 0; !_stop.IsCancellationRequested; turn++)
        {
            if (_addresses is { Length: > 0 } addresses)
            {
                bool isAnswered = await IsAnsweredAsync(addresses[turn % addresses.Length]);
                Sent++;
                Failed += isAnswered ? 0 : 1;
            }

            await Task.Delay(Pause, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> IsAnsweredAsync(IPAddress address)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(address, _port, patience.Token);
            await socket.SendAsync("GET / HTTP/1.0\r\n\r\n"u8.ToArray(), patience.Token);
            var answer = new byte[12];
            int read = 0;
            while (read < answer.Length && await socket.ReceiveAsync(answer.AsMemory(read), patience.Token) is > 0 and var count)
            {
                read += count;
            }

            return answer.AsSpan().SequenceEqual("HTTP/1.0 200"u8);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
