using Envoy.Service.Discovery.V3;
using Grpc.Core;
using Grpc.Net.Client;

namespace Onboarding.Tests.IstioPackage.Proxy;

/// <summary>The configuration from istiod: asked for again whenever it breaks off, kept while istiod is away.</summary>
internal sealed class Discovery(ProxySettings settings, IstiodChannel istiod)
{
    private const string Clusters = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
    private const string Listeners = "type.googleapis.com/envoy.config.listener.v3.Listener";
    private const string Names = "type.googleapis.com/istio.networking.nds.v1.NameTable";
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly HashSet<string> _received = [];

    /// <summary>Done when Envoy has listeners.</summary>
    public TaskCompletionSource Configured { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether names can be answered.</summary>
    public bool HasNames => Has(Names);

    /// <summary>Why the proxy isn't ready; null if it is.</summary>
    public string? Missing => Has(Clusters) && Has(Listeners) ? settings.CapturesNames && !HasNames ? "name table not received" : null
        : "config not received from XDS server (is Istiod running?): "
            + $"cds updates: {(Has(Clusters) ? 1 : 0)} successful, 0 rejected; lds updates: {(Has(Listeners) ? 1 : 0)} successful, 0 rejected";

    public async Task KeepAsync(CancellationToken stop)
    {
        SidecarLog.Info($"xdsproxy\tInitializing with upstream address \"{settings.DiscoveryAddress}\" and cluster \"{settings.ClusterId}\"");
        var pause = TimeSpan.FromMilliseconds(500);
        for (int id = 1; !stop.IsCancellationRequested; id++)
        {
            try
            {
                await StreamAsync(id, stop);
                pause = TimeSpan.FromMilliseconds(500);
            }
            catch (Exception e) when (e is RpcException or IOException && !stop.IsCancellationRequested)
            {
                Status? status = (e as RpcException)?.Status;
                SidecarLog.Warn(
                    $"xdsproxy\tupstream [{id}] terminated with unexpected error rpc error: code = {status?.StatusCode} desc = {status?.Detail ?? e.Message}");
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }

            await Task.Delay(pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task StreamAsync(int id, CancellationToken stop)
    {
        using GrpcChannel channel = istiod.Connect(settings.DiscoveryAddress);
        using AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> call =
            new AggregatedDiscoveryService.AggregatedDiscoveryServiceClient(channel)
                .DeltaAggregatedResources(istiod.Headers(), cancellationToken: stop);
        foreach (string type in (string[])[Clusters, Listeners, Names])
        {
            await call.RequestStream.WriteAsync(new DeltaDiscoveryRequest { Node = ProxyNode.Create(settings), TypeUrl = type }, stop);
        }

        bool connected = false;
        await foreach (DeltaDiscoveryResponse answer in call.ResponseStream.ReadAllAsync(stop))
        {
            if (!connected)
            {
                connected = true;
                SidecarLog.Info($"xdsproxy\tconnected to upstream XDS server: {settings.DiscoveryAddress}\tid={id}");
            }

            lock (_received)
            {
                _received.Add(answer.TypeUrl);
            }

            if (answer.TypeUrl == Listeners)
            {
                Configured.TrySetResult();
            }

            await call.RequestStream.WriteAsync(new DeltaDiscoveryRequest { TypeUrl = answer.TypeUrl, ResponseNonce = answer.Nonce }, stop);
        }
    }

    private bool Has(string type)
    {
        lock (_received)
        {
            return _received.Contains(type);
        }
    }
}
