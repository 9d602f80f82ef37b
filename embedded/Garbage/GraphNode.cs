using System.Collections.Immutable;
using System.Text.Json;
using Onboarding.Embedded.Objects;
using Onboarding.Embedded.Storage;

namespace Onboarding.Embedded.Garbage;

/// <summary>What garbage collection knows of an object.</summary>
internal sealed record GraphNode(ObjectKey Key, string Uid, ImmutableArray<OwnerLink> Owners, bool Deleting, ImmutableArray<string> Finalizers)
{
    /// <summary>True while its dependents are deleted before it.</summary>
    public bool WaitsForDependents => Deleting && Finalizers.Contains(ObjectService.ForegroundFinalizer);

    /// <summary>True while its dependents are cut loose before it goes.</summary>
    public bool Orphans => Deleting && Finalizers.Contains(ObjectService.OrphanFinalizer);

    public static GraphNode FromObject(StoredObject value)
    {
        JsonElement metadata = value.Root.GetProperty("metadata");
        return new GraphNode(
            value.Key,
            value.Uid,
            [.. List(metadata, "ownerReferences").Select(OwnerLink.Parse)],
            metadata.TryGetProperty("deletionTimestamp", out _),
            [.. List(metadata, "finalizers").Select(f => f.GetString() ?? "")]);
    }

    private static JsonElement.ArrayEnumerator List(JsonElement metadata, string field) =>
        metadata.TryGetProperty(field, out JsonElement list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : default;
}
