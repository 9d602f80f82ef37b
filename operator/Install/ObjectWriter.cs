using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Onboarding.Api.Meta;
using KubernetesException = Onboarding.Kubernetes.KubernetesException;
using PackagePatch = k8s.Models.V1Patch;

namespace Onboarding.Operator.Install;

/// <summary>Reads, applies and deletes what the operator makes. It needs no list and no watch: each object has one name.</summary>
internal sealed class ObjectWriter(IKubernetes cluster)
{
    /// <summary>The object as it is; null if there is none, or the cluster doesn't know its kind.</summary>
    public async Task<JsonObject?> ReadAsync(string ns, InstalledObject wanted, CancellationToken cancellationToken)
    {
        try
        {
            return wanted.Kind switch
            {
                { Group.Length: > 0 } kind => await cluster.CustomObjects.GetNamespacedCustomObjectAsync<JsonObject>(
                    kind.Group, kind.Version, ns, kind.Plural, wanted.Name, cancellationToken),
                { Name: "Service" } => ToJson(await cluster.CoreV1.ReadNamespacedServiceAsync(wanted.Name, ns, cancellationToken: cancellationToken)),
                _ => ToJson(await cluster.CoreV1.ReadNamespacedConfigMapAsync(wanted.Name, ns, cancellationToken: cancellationToken)),
            };
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>Server-side apply: fields that others set and the operator doesn't want to say anything about stay.</summary>
    /// <returns>The object as stored.</returns>
    public async Task<JsonObject> ApplyAsync(string ns, InstalledObject wanted, CancellationToken cancellationToken)
    {
        var patch = new PackagePatch(wanted.Content!.ToJsonString(), PackagePatch.PatchType.ApplyPatch);
        return wanted.Kind switch
        {
            { Group.Length: > 0 } kind => await cluster.CustomObjects.PatchNamespacedCustomObjectAsync<JsonObject>(
                patch, kind.Group, kind.Version, ns, kind.Plural, wanted.Name, fieldManager: PlaneNames.Operator, force: true, cancellationToken: cancellationToken),
            { Name: "Service" } => ToJson(await cluster.CoreV1.PatchNamespacedServiceAsync(
                patch, wanted.Name, ns, fieldManager: PlaneNames.Operator, force: true, cancellationToken: cancellationToken)),
            _ => ToJson(await cluster.CoreV1.PatchNamespacedConfigMapAsync(
                patch, wanted.Name, ns, fieldManager: PlaneNames.Operator, force: true, cancellationToken: cancellationToken)),
        };
    }

    /// <summary>Deletes an object that is one of the optional kinds; that it is gone already is as good.</summary>
    public async Task DeleteAsync(string ns, InstalledObject unwanted, JsonObject existing, CancellationToken cancellationToken)
    {
        V1DeleteOptions precondition = new()
        {
            // Not one that was made under this name in the meantime.
            Preconditions = new V1Preconditions { Uid = existing["metadata"]?["uid"]?.ToString() },
            PropagationPolicy = "Background",
        };
        try
        {
            await cluster.CustomObjects.DeleteNamespacedCustomObjectAsync(
                unwanted.Kind.Group, unwanted.Kind.Version, ns, unwanted.Kind.Plural, unwanted.Name, precondition, cancellationToken: cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound || e.IsConflict)
        {
        }
    }

    /// <summary>True if the plane is the object's controller.</summary>
    public static bool IsOwned(JsonObject existing, string? planeUid) =>
        ObjectMetaJson.Read(existing).OwnerReferences.Any(o => o.Controller == true && o.Uid == planeUid);

    private static JsonObject ToJson(object value) => JsonNode.Parse(KubernetesJson.Serialize(value))!.AsObject();
}
