using System.Runtime.CompilerServices;
using Onboarding.Embedded.Kinds;
using Onboarding.Embedded.Schemas;

namespace Onboarding.Tests.Install.Server;

/// <summary>
/// What a cluster has that a laptop has no use for: Deployments and what goes with them, and definitions of others. Added before the first
/// server of this process starts. Bodies are open: that they are read strictly is checked against the types of the KubernetesClient package.
/// </summary>
internal static class ClusterKinds
{
#pragma warning disable CA2255 // This is the one place that is certain to come before any server of the process.
    [ModuleInitializer]
    internal static void Add() => AddedKinds.Add(
    [
        BuiltIn("apps", "v1", "Deployment", "deployments"),
        BuiltIn("batch", "v1", "Job", "jobs"),
        BuiltIn("autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers"),
        BuiltIn("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets"),
        BuiltIn("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies"),
        Defined("cert-manager.io", "v1", "Certificate", "certificates"),
        Defined("networking.istio.io", "v1", "Gateway", "gateways"),
        Defined("networking.istio.io", "v1", "VirtualService", "virtualservices"),
    ]);
#pragma warning restore CA2255

    private static Kind BuiltIn(string group, string version, string name, string plural) => Defined(group, version, name, plural) with { BuiltIn = true };

    private static Kind Defined(string group, string version, string name, string plural) => new(
        group,
        [version],
        name,
        plural,
        Schema.Object(name, new Dictionary<string, Schema> { ["spec"] = Schema.OpenObject("Spec."), ["status"] = Schema.OpenObject("Status.") }))
    {
        HasStatus = true,
        HasGeneration = true,
    };
}
