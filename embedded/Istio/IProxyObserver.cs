using Grpc.Core;

namespace Onboarding.Embedded.Istio;

/// <summary>Told what becomes of proxies that have a WorkloadEntry.</summary>
public interface IProxyObserver
{
    /// <summary>A proxy is there; called once a stream.</summary>
    /// <returns>True if the stream's health reports, and its end, are of interest.</returns>
    /// <exception cref="RpcException">The proxy may not have the stream.</exception>
    Task<bool> ConnectAsync(ConnectedProxy proxy, CancellationToken cancellationToken);

    /// <summary>A proxy reports how its application is.</summary>
    Task ReportAsync(ConnectedProxy proxy, WorkloadHealth health, CancellationToken cancellationToken);

    /// <summary>A proxy's stream has ended.</summary>
    Task DisconnectAsync(ConnectedProxy proxy, DateTimeOffset at);
}
