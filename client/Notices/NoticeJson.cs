using System.Globalization;
using System.Text.Json;
using Onboarding.Api;

namespace Onboarding.Client.Notices;

/// <summary>Reads what metadata services say: small, foreign, and not always there.</summary>
internal static class NoticeJson
{
    private const int Longest = 100;

    /// <summary>A document; null for what isn't one.</summary>
    public static JsonElement? Parse(string? text)
    {
        try
        {
            return string.IsNullOrWhiteSpace(text) ? null : JsonSerializer.Deserialize(text, NoticeJsonContext.Default.JsonElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A field's text, for people and logs; null if there is none.</summary>
    public static string? Text(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } o && o.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? Clean(text)
            : null;

    /// <summary>Text that may be shown.</summary>
    public static string Clean(string text) => ForeignText.Clean(text.Length > Longest ? text[..Longest] : text);

    /// <summary>A time; null for what isn't one.</summary>
    public static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;
}

[System.Text.Json.Serialization.JsonSerializable(typeof(JsonElement))]
internal sealed partial class NoticeJsonContext : System.Text.Json.Serialization.JsonSerializerContext;
