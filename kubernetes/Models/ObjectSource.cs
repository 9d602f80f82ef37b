using System.Text.Json.Nodes;
using Onboarding.Api.Meta;

namespace Onboarding.Kubernetes.Models;

/// <summary>
/// The JSON an object was read from, so that an update keeps the fields these records don't know. Records compare and print it
/// like any member, hence the neutral equality and text: what a Secret holds must not be printed.
/// </summary>
internal sealed class ObjectSource : IEquatable<ObjectSource>
{
    // What a client may set in metadata; the rest is the server's, and stays as it came.
    private static readonly string[] Known =
    [
        "name", "namespace", "generateName", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp",
        "labels", "annotations", "ownerReferences", "finalizers", "managedFields",
    ];

    private readonly JsonObject? _json;

    public ObjectSource(JsonObject? json) => _json = json;

    public static ObjectSource None { get; } = new(null);

    /// <summary>The object as it came, with this metadata; the caller puts the fields it knows over it.</summary>
    public JsonObject ToJson(ResourceDefinition kind, V1ObjectMeta metadata)
    {
        var json = new JsonObject { ["apiVersion"] = kind.ApiVersion, ["kind"] = kind.Kind, ["metadata"] = Merge(metadata) };
        foreach ((string name, JsonNode? value) in _json ?? [])
        {
            if (!json.ContainsKey(name))
            {
                json[name] = value?.DeepClone();
            }
        }

        return json;
    }

    public bool Equals(ObjectSource? other) => other is not null;

    public override bool Equals(object? obj) => obj is ObjectSource;

    public override int GetHashCode() => 0;

    public override string ToString() => "";

    private JsonObject Merge(V1ObjectMeta metadata)
    {
        JsonObject json = ObjectMetaJson.Write(metadata);
        foreach ((string name, JsonNode? value) in _json?.Object("metadata") ?? [])
        {
            if (!Known.Contains(name))
            {
                json[name] = value?.DeepClone();
            }
        }

        return json;
    }
}
