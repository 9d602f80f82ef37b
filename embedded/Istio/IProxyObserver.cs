using Grpc.Core;
using Onboarding.Api.Identity;

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

/// <summary>A proxy whose stream istiod has accepted.</summary>
/// <param name="Id">Its node id.</param>
/// <param name="Namespace">Namespace of its workload.</param>
/// <param name="WorkloadEntry">Name of the WorkloadEntry it has, or would have; empty if it has none.</param>
/// <param name="AutoRegisters">True if istiod is to find the entry by group and address, false if the proxy names it.</param>
/// <param name="Location">Its network and first address: one machine may open several streams.</param>
/// <param name="Identity">Who it proved to be.</param>
/// <param name="ConnectedAt">When its stream began.</param>
public sealed record ConnectedProxy(
    string Id, string Namespace, string WorkloadEntry, bool AutoRegisters, string Location, SpiffeId Identity, DateTimeOffset ConnectedAt);

/// <summary>What a sidecar reported about its application.</summary>
/// <param name="Healthy">Whether it may get traffic.</param>
/// <param name="Message">Why not; empty when healthy.</param>
/// <param name="Time">When the report came in.</param>
public sealed record WorkloadHealth(bool Healthy, string Message, DateTimeOffset Time);
