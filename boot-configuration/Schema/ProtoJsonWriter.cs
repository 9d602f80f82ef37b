using System.Globalization;
using System.Text.Json.Nodes;
using Onboarding.BootConfiguration.Text;

namespace Onboarding.BootConfiguration.Schema;

/// <summary>Writes a message as protobuf JSON: what has its default value stays out, unless presence means something.</summary>
internal static class ProtoJsonWriter
{
    public static JsonObject Write(ProtoMessage message)
    {
        var json = new JsonObject();
        foreach (FieldSchema field in message.Schema.Fields)
        {
            if (message[field.Name] is { } value && !(field.Shape == FieldShape.Singular && IsDefault(value)))
            {
                Field(json, field, value);
            }
        }

        return json;
    }

    private static void Field(JsonObject json, FieldSchema field, object value)
    {
        switch (value)
        {
            case List<object> { Count: > 0 } items:
                json[field.JsonName] = new JsonArray([.. items.Select(i => Single(field, i))]);
                break;
            case Dictionary<string, object> { Count: > 0 } entries:
                var map = new JsonObject();
                foreach ((string key, object entry) in entries)
                {
                    map[key] = Single(field, entry);
                }

                json[field.JsonName] = map;
                break;
            case List<object> or Dictionary<string, object>:
                break;
            default:
                json[field.JsonName] = Single(field, value);
                break;
        }
    }

    private static JsonNode? Single(FieldSchema field, object value) => (field.Kind, value) switch
    {
        (FieldKind.Duration, long nanoseconds) => JsonValue.Create(GoDuration.Format(nanoseconds)),
        (FieldKind.Enum, long number) => field.Enum!.NameOf(number) is { } name ? JsonValue.Create(name) : JsonValue.Create(number),
        (FieldKind.Int64, long number) => JsonValue.Create(number.ToString(CultureInfo.InvariantCulture)),
        (_, string text) => JsonValue.Create(text),
        (_, bool truth) => JsonValue.Create(truth),
        (_, long number) => JsonValue.Create(number),
        (_, double number) => double.IsFinite(number) ? JsonValue.Create(number) : JsonValue.Create(NonFinite(number)),
        (_, ProtoMessage message) => Write(message),
        _ => throw new InvalidOperationException($"A {value.GetType().Name} can't be a value of {field.Name}."),
    };

    private static string NonFinite(double number) =>
        double.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity";

    private static bool IsDefault(object value) => value switch
    {
        string text => text.Length == 0,
        bool truth => !truth,
        long number => number == 0,
        double number => number == 0 && !double.IsNegative(number),
        _ => false,
    };
}
