using Onboarding.Api.Identity;

namespace Onboarding.Embedded.Istio;

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
