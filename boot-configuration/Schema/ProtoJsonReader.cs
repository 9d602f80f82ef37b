using System.Text.Json;
using System.Text.Json.Nodes;
using Onboarding.BootConfiguration.Text;

namespace Onboarding.BootConfiguration.Schema;

/// <summary>
/// Puts JSON into a message by the rules of Go's older protobuf JSON package, which Istio reads its configuration with: both names of
/// a field, numbers as text, unknown fields read past, each field present replacing the old one whole.
/// </summary>
internal static class ProtoJsonReader
{
    private static readonly MessageSchema Anything = new();

    /// <exception cref="BootConfigurationException">A value has the wrong type.</exception>
    public static void Apply(JsonNode? json, ProtoMessage message)
    {
        if (json is null)
        {
            return;
        }

        JsonObject members = json as JsonObject ?? throw WrongType(json, "map[string]json.RawMessage");
        foreach (FieldSchema field in message.Schema.Fields)
        {
            // The name in JSON wins over the original one, even with null in it.
            if (!members.TryGetPropertyValue(field.JsonName, out JsonNode? value))
            {
                members.TryGetPropertyValue(field.Name, out value);
            }

            if (value is not null)
            {
                message.Set(field.Name, Field(value, field));
            }
        }
    }

    private static object Field(JsonNode value, FieldSchema field)
    {
        switch (field.Shape)
        {
            case FieldShape.List:
                JsonArray items = value as JsonArray ?? throw WrongType(value, "[]json.RawMessage");
                return items.Select(i => Single(i, field)).ToList();
            case FieldShape.Map:
                JsonObject entries = value as JsonObject ?? throw WrongType(value, "map[string]json.RawMessage");
                return entries.ToDictionary(e => e.Key, e => Single(e.Value, field), StringComparer.Ordinal);
            default:
                return Single(value, field);
        }
    }

    private static object Single(JsonNode? value, FieldSchema field)
    {
        switch (field.Kind)
        {
            case FieldKind.Text:
                return value is null ? "" : Text(value);
            case FieldKind.Boolean:
                return value is not null && (value.GetValueKind() switch
                {
                    JsonValueKind.True => true,
                    JsonValueKind.False => false,
                    _ => throw WrongType(value, "bool"),
                });
            case FieldKind.Int32:
                return ProtoJsonNumber.Integer(value, int.MinValue, int.MaxValue, "int32");
            case FieldKind.UInt32:
                return ProtoJsonNumber.Integer(value, 0, uint.MaxValue, "uint32");
            case FieldKind.Int64:
                return ProtoJsonNumber.Integer(value, long.MinValue, long.MaxValue, "int64");
            case FieldKind.Double:
                return ProtoJsonNumber.Double(value);
            case FieldKind.Duration:
                return value is null ? 0L : GoDuration.Parse(Text(value));
            case FieldKind.Timestamp:
                GoTime.Check(value is null ? "" : Text(value));
                return 0L;
            case FieldKind.Object:
                return value is null or JsonObject ? new ProtoMessage(Anything) : throw WrongType(value, "map[string]json.RawMessage");
            case FieldKind.Enum:
                return Enum(value, field.Enum!);
            default:
                var message = new ProtoMessage(field.Message!);
                Apply(value, message);
                return message;
        }
    }

    private static object Enum(JsonNode? value, EnumSchema schema)
    {
        if (value?.GetValueKind() != JsonValueKind.String)
        {
            return ProtoJsonNumber.Integer(value, int.MinValue, int.MaxValue, "protoreflect.EnumNumber");
        }

        string name = value.GetValue<string>();
        return schema.NumberOf(name) is { } number
            ? (long)number
            : throw new BootConfigurationException($"unknown value {GoJsonText.Quote(GoJsonText.Quote(name))} for enum {schema.Name}");
    }

    private static string Text(JsonNode value) =>
        value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : throw WrongType(value, "string");

    internal static BootConfigurationException WrongType(JsonNode value, string type)
    {
        string kind = value.GetValueKind() switch
        {
            JsonValueKind.Object => "object",
            JsonValueKind.Array => "array",
            JsonValueKind.String => "string",
            JsonValueKind.Number => "number",
            JsonValueKind.True or JsonValueKind.False => "bool",
            _ => "null",
        };
        return new BootConfigurationException($"json: cannot unmarshal {kind} into Go value of type {type}");
    }
}
