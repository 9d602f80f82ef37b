using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Onboarding.Embedded.Schemas;
using Onboarding.Embedded.Tables;

namespace Onboarding.Embedded.Kinds;

/// <summary>A kind of object this control plane keeps.</summary>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Versions">Versions served, preferred first; objects are stored in the first.</param>
/// <param name="Name">Kind, e.g. <c>WorkloadGroup</c>.</param>
/// <param name="Plural">Name in URLs.</param>
/// <param name="Body">Shape of everything but apiVersion, kind and metadata.</param>
internal sealed record Kind(string Group, ImmutableArray<string> Versions, string Name, string Plural, Schema Body)
{
    private Schema? _schema;

    public string Singular { get; init; } = Name.ToLowerInvariant();

    public ImmutableArray<string> ShortNames { get; init; } = [];

    public ImmutableArray<string> Categories { get; init; } = [];

    public bool Namespaced { get; init; } = true;

    /// <summary>True if <c>status</c> is written through its own subresource.</summary>
    public bool HasStatus { get; init; }

    /// <summary>True if <c>metadata.generation</c> counts changes of the desired state.</summary>
    public bool HasGeneration { get; init; }

    /// <summary>True for kinds that a real server compiles in: they take strategic merge patches, and protobuf-free clients know them.</summary>
    public bool BuiltIn { get; init; }

    /// <summary>Columns after the name.</summary>
    public ImmutableArray<Column> Columns { get; init; } = [Column.Age];

    /// <summary>Name of the resource for storage and messages, e.g. <c>workloadgroups.networking.istio.io</c>.</summary>
    public string Resource { get; } = Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary>Name of the kind for messages, e.g. <c>WorkloadGroup.networking.istio.io</c>.</summary>
    public string QualifiedName { get; } = Group.Length == 0 ? Name : $"{Name}.{Group}";

    public string StoredVersion => Versions[0];

    /// <summary>Shape of the whole object.</summary>
    public Schema Schema => _schema ??= Body with
    {
        Properties = new Dictionary<string, Schema>
        {
            ["apiVersion"] = Schemas.Schema.Text("Version of this representation of the object."),
            ["kind"] = Schemas.Schema.Text("Kind of the object."),
            ["metadata"] = MetadataSchema.ObjectMeta,
        }.Concat(Body.Properties).ToDictionary(),
    };

    /// <summary>The <c>apiVersion</c> field of objects in a version.</summary>
    public string ApiVersion(string version) => Group.Length == 0 ? version : $"{Group}/{version}";

    /// <summary>A stored object as a version shows it; may change and return the same object.</summary>
    public JsonObject ToVersion(JsonObject stored, string version)
    {
        // Versions differ in nothing but their name.
        stored["apiVersion"] = ApiVersion(version);
        return stored;
    }
}
