using System.Text.Json.Nodes;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;

namespace Onboarding.Fleet.Installation;

/// <summary>What this module installed, by name, in a ConfigMap of the plane's namespace: a later version removes what it no longer ships.</summary>
internal sealed class Inventory(KubernetesClient kubernetes, string ns)
{
    /// <summary>The ConfigMap.</summary>
    public const string Name = "onboarding-inventory";

    private const string Objects = "objects";

    /// <summary>The objects; null if this module installed nothing here.</summary>
    public async Task<IReadOnlyList<ClusterObject>?> ReadAsync(CancellationToken cancellationToken) =>
        await kubernetes.TryGetAsync<V1ConfigMap>(ns, Name, cancellationToken) is { } map
            ? [.. map.Data.GetValueOrDefault(Objects, "").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(ClusterObject.Parse).OfType<ClusterObject>()]
            : null;

    /// <summary>Replaces it. Written before anything is applied: what is applied and not listed would never be removed.</summary>
    public Task WriteAsync(IEnumerable<ClusterObject> objects, string fieldManager, CancellationToken cancellationToken) => kubernetes.ApplyAsync(
        ClusterObject.ConfigMap,
        new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["metadata"] = new JsonObject
            {
                ["name"] = Name,
                ["namespace"] = ns,
                ["labels"] = new JsonObject { ["app.kubernetes.io/managed-by"] = fieldManager, [ShippedObjects.PartOf] = ShippedObjects.Product },
            },
            ["data"] = new JsonObject { [Objects] = string.Join('\n', objects.Select(o => o.ToString()).Distinct()) },
        },
        new PatchOptions { FieldManager = fieldManager, Force = true },
        cancellationToken);

    /// <summary>Removes it, last of all.</summary>
    public Task DeleteAsync(CancellationToken cancellationToken) => kubernetes.DeleteAsync(ClusterObject.ConfigMap, ns, Name, cancellationToken);
}
