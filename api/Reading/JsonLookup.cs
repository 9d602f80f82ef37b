using System.Text.Json;
using System.Text.Json.Nodes;

namespace Onboarding.Api.Reading;

/// <summary>
/// Lenient look-ups in objects the API server sent: what has the wrong type counts as not set. For metadata and status only;
/// what people write goes through <see cref="MapReader"/>.
/// </summary>
internal static class JsonLookup
{
    public static string? TextOf(this JsonObject json, string field) => AsText(json[field]);

    /// <summary>A text that many objects have alike.</summary>
    public static string? SharedTextOf(this JsonObject json, string field) => SharedTexts.Share(AsText(json[field]));

    public static long? IntegerOf(this JsonObject json, string field) =>
        json[field] is JsonValue value && value.GetValueKind() == JsonValueKind.Number
        && long.TryParse(value.ToJsonString(), out long number) ? number : null;

    public static bool? FlagOf(this JsonObject json, string field) =>
        json[field] is JsonValue value && value.GetValueKind() is JsonValueKind.True or JsonValueKind.False
            ? json[field]!.GetValueKind() == JsonValueKind.True
            : null;

    public static DateTimeOffset? TimeOf(this JsonObject json, string field) =>
        TimeText.TryParse(json.TextOf(field), out DateTimeOffset time) ? time : null;

    public static IReadOnlyList<string> TextsOf(this JsonObject json, string field) =>
        json[field] is JsonArray list ? [.. list.Select(AsText).OfType<string>()] : [];

    public static IEnumerable<JsonObject> ObjectsOf(this JsonObject json, string field) =>
        json[field] is JsonArray list ? list.OfType<JsonObject>() : [];

    public static IReadOnlyDictionary<string, string> TextMapOf(this JsonObject json, string field)
    {
        if (json[field] is not JsonObject { Count: > 0 } map)
        {
            return EmptyMap.Instance;
        }

        Dictionary<string, string> texts = new(StringComparer.Ordinal);
        foreach ((string key, JsonNode? value) in map)
        {
            if (AsText(value) is { } text)
            {
                texts[SharedTexts.Share(key)!] = SharedTexts.Share(text)!;
            }
        }

        return texts;
    }

    private static string? AsText(JsonNode? json) =>
        json is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
}
