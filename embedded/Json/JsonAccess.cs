using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Onboarding.Embedded.Json;

/// <summary>Reads fields of objects whose shape no one vouches for.</summary>
internal static class JsonAccess
{
    /// <summary>The object's <c>metadata</c>, created where it is missing.</summary>
    public static JsonObject Metadata(this JsonObject value)
    {
        if (value["metadata"] is not JsonObject metadata)
        {
            metadata = [];
            value["metadata"] = metadata;
        }

        return metadata;
    }

    /// <summary>The value at a path of field names; null if anything on the way is missing.</summary>
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (string name in path)
        {
            node = node is JsonObject value && value.TryGetPropertyValue(name, out JsonNode? child) ? child : null;
        }

        return node;
    }

    public static string? Text(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    public static bool Flag(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.GetValueKind() == JsonValueKind.True;

    public static long? Number(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.GetValueKind() == JsonValueKind.Number &&
        long.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            ? number
            : null;

    public static IEnumerable<JsonNode?> List(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) as JsonArray ?? Enumerable.Empty<JsonNode?>();

    public static IEnumerable<string> Texts(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.List(path).Select(item => item.Text()).OfType<string>();

    /// <summary>The child object, created where it is missing.</summary>
    public static JsonObject Child(this JsonObject value, string name)
    {
        if (value[name] is not JsonObject child)
        {
            child = [];
            value[name] = child;
        }

        return child;
    }
}
