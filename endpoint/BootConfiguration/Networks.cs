using Onboarding.Api;
using Onboarding.Api.Istio;
using Onboarding.Kubernetes.Models;

namespace Onboarding.Endpoint.BootConfiguration;

/// <summary>
/// Which of Istio's networks a member is in, and whether the cluster is set up so that it and the pods reach each other. Where it
/// isn't, nothing fails: traffic goes to addresses that no one can reach (istio/istio#42411). So it is looked at here, and said.
/// </summary>
internal sealed class Networks(MeshState mesh)
{
    /// <summary>The group's network: its template's, else that of the template's label, else that of its namespace's; empty for none.</summary>
    public string ForGroup(WorkloadGroup group)
    {
        if (group.Spec.Template.Network is { Length: > 0 } said)
        {
            return said;
        }

        return group.Spec.Template.Labels.GetValueOrDefault(WellKnownLabels.Network)
            ?? group.Spec.Metadata?.Labels.GetValueOrDefault(WellKnownLabels.Network)
            ?? LabelOf(group.Metadata.Namespace);
    }

    /// <summary>What is wrong with it; null if nothing is.</summary>
    public NetworkProblem? Check(WorkloadGroup group)
    {
        string network = ForGroup(group);
        string ofNamespace = LabelOf(group.Metadata.Namespace);
        string ofCluster = LabelOf(mesh.Namespace);
        if (network.Length == 0)
        {
            return ofCluster.Length == 0 ? null : new NetworkProblem(
                NetworkProblem.Unknown,
                $"The cluster's network is {ofCluster}, but that of WorkloadGroup {group.Metadata.Namespace}/{group.Metadata.Name} isn't known. "
                + "Set its spec.template.network, or label its namespace: "
                + $"kubectl label namespace {group.Metadata.Namespace} {WellKnownLabels.Network}={ofCluster}");
        }

        if (ofNamespace.Length > 0 && network != ofNamespace)
        {
            return new NetworkProblem(
                NetworkProblem.Conflict,
                $"WorkloadGroup {group.Metadata.Namespace}/{group.Metadata.Name} is in network {network}, its namespace in {ofNamespace}; the "
                + "group's counts. Make them the same.");
        }

        if (ofCluster.Length == 0)
        {
            return new NetworkProblem(
                NetworkProblem.ClusterUnknown,
                $"The member is in network {network}, but the cluster's isn't known: pods and it would use addresses they can't reach. Label it: "
                + $"kubectl label namespace {mesh.Namespace} {WellKnownLabels.Network}=NETWORK");
        }

        return network == ofCluster || HasGateway(ofCluster) ? null : new NetworkProblem(
            NetworkProblem.NoGateway,
            $"The member is in network {network} and the pods in {ofCluster}, which has no gateway: there is no Service in {mesh.Namespace} with the label "
            + $"{WellKnownLabels.Network}={ofCluster} and an address. Label the gateway: "
            + $"kubectl -n {mesh.Namespace} label service istio-eastwestgateway {WellKnownLabels.Network}={ofCluster}");
    }

    private string LabelOf(string? ns) =>
        mesh.Namespaces.Get(null, ns ?? "")?.Metadata.Labels.GetValueOrDefault(WellKnownLabels.Network) ?? "";

    private bool HasGateway(string network) => mesh.Services.List().Any(s =>
        s.Metadata.Labels.GetValueOrDefault(WellKnownLabels.Network) == network && HasAddress(s));

    private static bool HasAddress(V1Service service) =>
        service.Type == "NodePort" || service.LoadBalancerIngress.Count > 0 || service.ExternalIps.Count > 0;
}

/// <summary>Why a member and the pods may not reach each other.</summary>
/// <param name="Reason">Reason of the condition <c>NetworkChecked</c>.</param>
/// <param name="Message">What is wrong, and the next command.</param>
internal sealed record NetworkProblem(string Reason, string Message)
{
    /// <summary>The cluster has a network, the group none.</summary>
    public const string Unknown = "NetworkUnknown";

    /// <summary>The group's network isn't its namespace's.</summary>
    public const string Conflict = "NetworkConflict";

    /// <summary>The group has a network, the cluster none.</summary>
    public const string ClusterUnknown = "ClusterNetworkUnknown";

    /// <summary>The cluster's network has no gateway.</summary>
    public const string NoGateway = "NetworkHasNoGateway";
}
