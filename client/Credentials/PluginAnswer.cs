using System.Globalization;
using System.Text.Json.Nodes;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Credentials;

/// <summary>Reads the fields of a plugin's answer; names in lowerCamelCase or snake_case, as in all proto JSON.</summary>
internal static class PluginAnswer
{
    public static JsonObject Object(string plugin, JsonObject message, string field, string path) =>
        Find(message, field) as JsonObject ?? throw Invalid(plugin, $"{path} must be an object");

    public static string Text(string plugin, JsonObject message, string field, string path) =>
        Find(message, field) is JsonValue value && value.TryGetValue(out string? text) && text.Length > 0
            ? text
            : throw Invalid(plugin, $"{path} must be a non-empty string");

    public static DateTimeOffset Time(string plugin, JsonObject message, string field, string path) =>
        DateTimeOffset.TryParse(
            Text(plugin, message, field, path), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time
            : throw Invalid(plugin, $"{path} must be a time such as 2026-01-31T12:00:00Z");

    public static JsonNode? Find(JsonObject message, string field) =>
        message[field] ?? message[string.Concat(field.Select(c => char.IsUpper(c) ? "_" + char.ToLowerInvariant(c) : c.ToString()))];

    public static OnboardingException Invalid(string plugin, string why, Exception? inner = null) => new(
        ErrorIds.PluginAnswerInvalid,
        $"Plugin '{plugin}' gave an answer that can't be used: {why}.",
        "run the plugin by hand and compare its answer with docs/reference/plugins.md",
        inner);
}
