using System.Text.Json;
using System.Text.Json.Nodes;

namespace Onboarding.Embedded.Storage;

/// <summary>One revision of an object, as it lies in the database. Immutable, so that watchers on many threads share it.</summary>
/// <param name="Key">Where it lies.</param>
/// <param name="Version">The <c>resourceVersion</c> of this revision.</param>
/// <param name="Created">The <c>resourceVersion</c> of the object's first revision.</param>
/// <param name="Deleted">True for the revision that records the object's end.</param>
/// <param name="Json">The object as UTF-8 JSON, with its <c>resourceVersion</c>.</param>
internal sealed record StoredObject(ObjectKey Key, long Version, long Created, bool Deleted, byte[] Json)
{
    private object? _root;

    /// <summary>Read-only view; unlike a <see cref="JsonObject"/> it may be read by several threads.</summary>
    public JsonElement Root => (JsonElement)(_root ??= JsonElement.Parse(Json));

    public string Uid => Metadata("uid") ?? "";

    public string? Metadata(string field) =>
        Root.TryGetProperty("metadata", out JsonElement metadata) && metadata.TryGetProperty(field, out JsonElement value) &&
        value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>A copy the caller may change.</summary>
    public JsonObject ToJson() => JsonNode.Parse(Json)!.AsObject();
}

/// <summary>Where an object lies: resource (<c>plural.group</c>), namespace (empty for cluster-scoped objects), name.</summary>
internal readonly record struct ObjectKey(string Resource, string Namespace, string Name);
