using System.Text.Json.Nodes;
using Onboarding.Api.Meta;

namespace Onboarding.Fleet.Installation;

/// <summary>An object of the installation.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Namespace">Its namespace; null for cluster-scoped kinds.</param>
/// <param name="Name">Its name.</param>
internal sealed record ClusterObject(ResourceDefinition Kind, string? Namespace, string Name)
{
    public static ResourceDefinition Definition { get; } =
        new("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", Namespaced: false);

    public static ResourceDefinition Deployment { get; } = new("apps", "v1", "Deployment", "deployments");

    public static ResourceDefinition Service { get; } = new("", "v1", "Service", "services");

    public static ResourceDefinition ConfigMap { get; } = new("", "v1", "ConfigMap", "configmaps");

    public static ResourceDefinition Secret { get; } = new("", "v1", "Secret", "secrets");

    private static readonly ResourceDefinition[] Kinds =
    [
        Definition,
        Deployment,
        Secret,
        ConfigMap,
        new("", "v1", "ServiceAccount", "serviceaccounts"),
        Rbac("Role", "roles"),
        Rbac("RoleBinding", "rolebindings"),
        Rbac("ClusterRole", "clusterroles", namespaced: false),
        Rbac("ClusterRoleBinding", "clusterrolebindings", namespaced: false),
        Api.Install.OnboardingPlane.Definition,
    ];

    /// <summary>What the cluster is to have of it; null where only its name is known.</summary>
    public JsonObject? Content { get; init; }

    /// <summary>The object of a manifest.</summary>
    public static ClusterObject FromManifest(JsonObject manifest)
    {
        V1ObjectMeta metadata = ObjectMetaJson.Read(manifest);
        ResourceDefinition kind = KindOf(manifest["kind"]?.ToString());
        return new ClusterObject(kind, kind.Namespaced ? metadata.Namespace : null, metadata.Name) { Content = manifest };
    }

    /// <summary>Reads what <see cref="ToString"/> wrote; null for a kind that no version of this module installed.</summary>
    public static ClusterObject? Parse(string text) =>
        text.Split(' ') is [{ } kind, { } place] && Kinds.FirstOrDefault(k => k.Kind == kind) is { } found && place.Split('/') is [{ } ns, { } name]
            ? new ClusterObject(found, ns.Length == 0 ? null : ns, name)
            : null;

    /// <inheritdoc/>
    public override string ToString() => $"{Kind.Kind} {Namespace}/{Name}";

    private static ResourceDefinition KindOf(string? kind) => Kinds.First(k => k.Kind == kind);

    private static ResourceDefinition Rbac(string kind, string plural, bool namespaced = true) =>
        new("rbac.authorization.k8s.io", "v1", kind, plural, namespaced);
}
