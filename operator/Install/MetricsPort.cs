using System.Globalization;
using k8s.Models;
using Onboarding.Api.Install;

namespace Onboarding.Operator.Install;

/// <summary>What a port with metrics adds to the endpoint's objects; nothing where there is none.</summary>
internal static class MetricsPort
{
    private const string Name = "metrics";

    /// <summary>Options of the endpoint.</summary>
    public static IEnumerable<string> Arguments(MetricsSettings metrics) =>
        metrics.Port is { } port ? [string.Create(CultureInfo.InvariantCulture, $"--management-port={port}"), "--management-listen=$(POD_IP)"] : [];

    /// <summary>The container's port.</summary>
    public static IEnumerable<V1ContainerPort> Ports(MetricsSettings metrics) =>
        metrics.Port is { } port ? [new V1ContainerPort { Name = Name, ContainerPort = port, Protocol = "TCP" }] : [];

    /// <summary>The annotations by which Prometheus finds pods where it is set up to; the user's own stay.</summary>
    public static Dictionary<string, string> Annotate(MetricsSettings metrics, Dictionary<string, string> annotations)
    {
        if (metrics.Port is { } port)
        {
            annotations.TryAdd("prometheus.io/scrape", "true");
            annotations.TryAdd("prometheus.io/port", port.ToString(CultureInfo.InvariantCulture));
            annotations.TryAdd("prometheus.io/path", "/metrics");
        }

        return annotations;
    }

    /// <summary>Who may connect: the port asks for no credential, and an attacker would see how far it has come.</summary>
    public static IEnumerable<V1NetworkPolicyIngressRule> Ingress(MetricsSettings metrics) => metrics.Port is null ? [] :
    [
        new V1NetworkPolicyIngressRule
        {
            Ports = [new V1NetworkPolicyPort { Port = Name, Protocol = "TCP" }],
            FromProperty = metrics.Namespaces.Count == 0
                ? [new V1NetworkPolicyPeer { PodSelector = new V1LabelSelector() }]
                : [.. metrics.Namespaces.Select(Pods)],
        },
    ];

    private static V1NetworkPolicyPeer Pods(string ns) =>
        new() { NamespaceSelector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["kubernetes.io/metadata.name"] = ns } } };
}
