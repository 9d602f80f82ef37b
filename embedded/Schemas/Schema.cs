using System.Text.Json.Nodes;

namespace Onboarding.Embedded.Schemas;

/// <summary>
/// Shape of a value: the part of OpenAPI v3 that Kubernetes calls structural. Pruning, defaulting, validation, patches,
/// field ownership and the published OpenAPI documents all follow this one description.
/// </summary>
internal sealed record Schema
{
    private static readonly IReadOnlyDictionary<string, Schema> NoProperties = new Dictionary<string, Schema>();

    public required SchemaType Type { get; init; }

    /// <summary>What <c>kubectl explain</c> shows.</summary>
    public string Description { get; init; } = "";

    public IReadOnlyDictionary<string, Schema> Properties { get; init; } = NoProperties;

    public IReadOnlyList<string> Required { get; init; } = [];

    /// <summary>Schema of the values of a map; null if this is no map.</summary>
    public Schema? Values { get; init; }

    /// <summary>Schema of the items of a list.</summary>
    public Schema? Items { get; init; }

    /// <summary>True if fields without schema are kept.</summary>
    public bool Open { get; init; }

    /// <summary>OpenAPI format, e.g. <c>date-time</c>.</summary>
    public string? Format { get; init; }

    public IReadOnlyList<string> Enum { get; init; } = [];

    public string? Pattern { get; init; }

    public int? MinLength { get; init; }

    public int? MaxLength { get; init; }

    public long? Minimum { get; init; }

    public long? Maximum { get; init; }

    public int? MinItems { get; init; }

    public int? MaxItems { get; init; }

    public int? MaxProperties { get; init; }

    public JsonNode? Default { get; init; }

    public ListKind ListKind { get; init; }

    /// <summary>Fields that tell items of a <see cref="Schemas.ListKind.Map"/> apart.</summary>
    public IReadOnlyList<string> ListKeys { get; init; } = [];

    /// <summary>True if an object has one owner as a whole (<c>x-kubernetes-map-type: atomic</c>).</summary>
    public bool AtomicMap { get; init; }

    /// <summary>Strategic merge: the field by which a patch's items are matched with the list's; empty for a list of scalars that is merged.</summary>
    public string? MergeKey { get; init; }

    /// <summary>Fields of which at most one may be there.</summary>
    public IReadOnlyList<string> OneOf { get; init; } = [];

    public IReadOnlyList<SchemaRule> Rules { get; init; } = [];

    public static Schema Any(string description = "") => new() { Type = SchemaType.Any, Description = description, Open = true };

    public static Schema Text(string description = "") => new() { Type = SchemaType.String, Description = description };

    public static Schema Time(string description = "") => Text(description) with { Format = "date-time" };

    public static Schema Flag(string description = "") => new() { Type = SchemaType.Boolean, Description = description };

    public static Schema Int32(string description = "") => new() { Type = SchemaType.Integer, Format = "int32", Description = description };

    public static Schema Int64(string description = "") => new() { Type = SchemaType.Integer, Format = "int64", Description = description };

    public static Schema IntOrText(string description = "") => new() { Type = SchemaType.IntOrString, Description = description };

    public static Schema Choice(string description, params IReadOnlyList<string> values) => Text(description) with { Enum = values };

    public static Schema Map(string description = "", Schema? values = null) =>
        new() { Type = SchemaType.Object, Description = description, Values = values ?? Text() };

    public static Schema List(string description, Schema items) =>
        new() { Type = SchemaType.Array, Description = description, Items = items };

    public static Schema Texts(string description = "") => List(description, Text());

    /// <summary>A list of objects told apart by a key.</summary>
    public static Schema Keyed(string description, string key, Schema items) =>
        List(description, items) with { ListKind = ListKind.Map, ListKeys = [key], MergeKey = key };

    public static Schema Object(string description, IReadOnlyDictionary<string, Schema> properties, params IReadOnlyList<string> required) =>
        new() { Type = SchemaType.Object, Description = description, Properties = properties, Required = required };

    /// <summary>An object whose fields no one describes.</summary>
    public static Schema OpenObject(string description) => new() { Type = SchemaType.Object, Description = description, Open = true };

    /// <summary>The schema of a field or map entry; null if the field is unknown.</summary>
    public Schema? Of(string name) =>
        Properties.TryGetValue(name, out Schema? property) ? property : Values ?? (Open ? AnyValue : null);

    private static readonly Schema AnyValue = Any();
}

/// <summary>A rule on a value that types alone don't express.</summary>
/// <param name="Message">What is wrong where it doesn't hold.</param>
/// <param name="Cel">The rule as the kind's definition says it; published, not interpreted.</param>
/// <param name="Holds">The same rule; only asked of values of the schema's type.</param>
internal sealed record SchemaRule(string Message, string Cel, Func<JsonNode, bool> Holds);

/// <summary>How writers share a list (<c>x-kubernetes-list-type</c>).</summary>
internal enum ListKind
{
    /// <summary>The whole list has one owner.</summary>
    Atomic,

    /// <summary>Items are objects told apart by <see cref="Schema.ListKeys"/>.</summary>
    Map,

    /// <summary>Items are scalars, each at most once.</summary>
    Set,
}
