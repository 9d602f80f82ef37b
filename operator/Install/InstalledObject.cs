using System.Text.Json.Nodes;
using k8s;

namespace Onboarding.Operator.Install;

/// <summary>An object that the operator keeps in the plane's namespace.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name.</param>
/// <param name="Content">All that the operator wants of it; null: it is not wanted.</param>
internal sealed record InstalledObject(InstalledKind Kind, string Name, JsonObject? Content)
{
    /// <summary>One that Kubernetes has a type for.</summary>
    public static InstalledObject Create(InstalledKind kind, string name, IKubernetesObject? content) =>
        new(kind, name, content is null ? null : JsonNode.Parse(KubernetesJson.Serialize(content))!.AsObject());

    /// <inheritdoc/>
    public override string ToString() => $"{Kind.Name} {Name}";
}

/// <summary>A kind of object that the operator makes.</summary>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Version">Its version.</param>
/// <param name="Name">Its name.</param>
/// <param name="Plural">Its name in paths.</param>
internal sealed record InstalledKind(string Group, string Version, string Name, string Plural)
{
    public static InstalledKind Deployment { get; } = new("apps", "v1", "Deployment", "deployments");

    public static InstalledKind Service { get; } = new("", "v1", "Service", "services");

    public static InstalledKind ConfigMap { get; } = new("", "v1", "ConfigMap", "configmaps");

    public static InstalledKind Autoscaler { get; } = new("autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers");

    public static InstalledKind DisruptionBudget { get; } = new("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets");

    public static InstalledKind NetworkPolicy { get; } = new("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies");

    public static InstalledKind Certificate { get; } = new("cert-manager.io", "v1", "Certificate", "certificates");

    public static InstalledKind Gateway { get; } = new("networking.istio.io", "v1", "Gateway", "gateways");

    public static InstalledKind VirtualService { get; } = new("networking.istio.io", "v1", "VirtualService", "virtualservices");

    /// <summary>The <c>apiVersion</c> of its objects.</summary>
    public string ApiVersion { get; } = Group.Length == 0 ? Version : $"{Group}/{Version}";
}
