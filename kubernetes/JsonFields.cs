using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Onboarding.Kubernetes;

/// <summary>Reads fields of what a server sent; a field of another type than expected counts as absent, so that one odd object can't stop an informer.</summary>
internal static class JsonFields
{
    public static string? Text(this JsonObject json, string name) =>
        json[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    public static long? Number(this JsonObject json, string name) =>
        json[name] is JsonValue value && value.GetValueKind() == JsonValueKind.Number
        && long.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            ? number
            : null;

    public static bool? Flag(this JsonObject json, string name) => json[name] is JsonValue value
        ? value.GetValueKind() switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null }
        : null;

    public static DateTimeOffset? Time(this JsonObject json, string name) =>
        DateTimeOffset.TryParse(
            json.Text(name),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out DateTimeOffset time)
            ? time
            : null;

    public static JsonObject? Object(this JsonObject json, string name) => json[name] as JsonObject;

    public static IEnumerable<JsonObject> Objects(this JsonObject json, string name) =>
        json[name] is JsonArray array ? array.OfType<JsonObject>() : [];

    public static IReadOnlyList<string> Texts(this JsonObject json, string name) => json[name] is JsonArray array
        ? [.. array.OfType<JsonValue>().Where(v => v.GetValueKind() == JsonValueKind.String).Select(v => v.GetValue<string>())]
        : [];

    public static IReadOnlyDictionary<string, string> Map(this JsonObject json, string name)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string key, JsonNode? node) in json.Object(name) ?? [])
        {
            if (node is JsonValue value && value.GetValueKind() == JsonValueKind.String)
            {
                map[key] = value.GetValue<string>();
            }
        }

        return map;
    }

    /// <summary>Sets a field, or removes it if there is nothing to say.</summary>
    public static void Put(this JsonObject json, string name, JsonNode? value)
    {
        if (value is null or JsonObject { Count: 0 } or JsonArray { Count: 0 })
        {
            json.Remove(name);
        }
        else
        {
            json[name] = value;
        }
    }

    public static JsonObject ToJson(this IReadOnlyDictionary<string, string> map) =>
        [.. map.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))];

    public static JsonArray ToJson(this IEnumerable<string> texts) => [.. texts.Select(t => (JsonNode?)t)];
}
