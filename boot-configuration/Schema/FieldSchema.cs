using System.Text;

namespace Onboarding.BootConfiguration.Schema;

/// <summary>A field: name as in the <c>.proto</c> file, type, how often it occurs, and the oneof it belongs to.</summary>
internal sealed record FieldSchema(string Name, FieldKind Kind, FieldShape Shape)
{
    /// <summary>The name in JSON: lowerCamel, or what it was before.</summary>
    public string JsonName { get; } = Camel(Name);

    public EnumSchema? Enum { get; init; }

    public MessageSchema? Message { get; init; }

    /// <summary>Of all fields with the same name here only one is set at a time.</summary>
    public string? OneOf { get; init; }

    public static FieldSchema Text(string name) => new(name, FieldKind.Text, FieldShape.Singular);

    public static FieldSchema Boolean(string name) => new(name, FieldKind.Boolean, FieldShape.Singular);

    public static FieldSchema Int32(string name) => new(name, FieldKind.Int32, FieldShape.Singular);

    public static FieldSchema UInt32(string name) => new(name, FieldKind.UInt32, FieldShape.Singular);

    public static FieldSchema Int64(string name) => new(name, FieldKind.Int64, FieldShape.Singular);

    public static FieldSchema Double(string name) => new(name, FieldKind.Double, FieldShape.Singular);

    public static FieldSchema Enumeration(string name, EnumSchema type) => new(name, FieldKind.Enum, FieldShape.Singular) { Enum = type };

    public static FieldSchema Nested(string name, MessageSchema type) => new(name, FieldKind.Message, FieldShape.Presence) { Message = type };

    public static FieldSchema Duration(string name) => new(name, FieldKind.Duration, FieldShape.Presence);

    /// <summary>A point in time; only read, never written.</summary>
    public static FieldSchema Timestamp(string name) => new(name, FieldKind.Timestamp, FieldShape.Presence);

    public static FieldSchema BooleanValue(string name) => new(name, FieldKind.Boolean, FieldShape.Presence);

    public static FieldSchema Int32Value(string name) => new(name, FieldKind.Int32, FieldShape.Presence);

    public static FieldSchema Int64Value(string name) => new(name, FieldKind.Int64, FieldShape.Presence);

    public static FieldSchema UInt32Value(string name) => new(name, FieldKind.UInt32, FieldShape.Presence);

    public static FieldSchema Object(string name) => new(name, FieldKind.Object, FieldShape.Presence);

    public FieldSchema List() => this with { Shape = FieldShape.List };

    /// <summary>A map from texts to what this field holds.</summary>
    public FieldSchema Map() => this with { Shape = FieldShape.Map };

    public FieldSchema In(string oneOf) => this with { OneOf = oneOf, Shape = FieldShape.Presence };

    private static string Camel(string name)
    {
        var camel = new StringBuilder();
        bool upper = false;
        foreach (char c in name)
        {
            if (c == '_')
            {
                upper = true;
                continue;
            }

            camel.Append(upper ? char.ToUpperInvariant(c) : c);
            upper = false;
        }

        return camel.ToString();
    }
}

/// <summary>A protobuf message: its fields in the order of the <c>.proto</c> file, which is the order they are read in.</summary>
internal sealed class MessageSchema(params FieldSchema[] fields)
{
    public IReadOnlyList<FieldSchema> Fields { get; } = fields;

    public FieldSchema this[string name] => Fields.First(f => f.Name == name);
}
