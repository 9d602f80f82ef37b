using System.Text.Json.Nodes;
using Onboarding.Api;

namespace Onboarding.Fleet.Workloads;

/// <summary>An identity for people: <c>jwt  issuer=https://demo.localhost  subject=laptop  role=ratings</c>.</summary>
public static class IdentityText
{
    /// <summary>Says it on one line.</summary>
    /// <param name="identity">The identity as JSON; its only member is the platform.</param>
    public static string Format(JsonObject identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return ForeignText.Clean(string.Join("  ", identity.SelectMany(platform => Parts(platform.Value).Select(p => $"{p.Key}={p.Value}").Prepend(platform.Key))));
    }

    /// <summary>What it says, by name.</summary>
    /// <param name="identity">The identity as JSON; its only member is the platform.</param>
    public static IEnumerable<KeyValuePair<string, string>> PartsOf(JsonObject identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return identity.SelectMany(platform => Parts(platform.Value)).Select(p => KeyValuePair.Create(ForeignText.Clean(p.Key), ForeignText.Clean(p.Value)));
    }

    // Nested parts are named by their last key: a person knows what a role or an instance is, and the platform comes first.
    private static IEnumerable<KeyValuePair<string, string>> Parts(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(p => p.Value is JsonObject or JsonArray ? Nested(p.Key, p.Value) : [KeyValuePair.Create(p.Key, $"{p.Value}")]),
        _ => [],
    };

    private static IEnumerable<KeyValuePair<string, string>> Nested(string key, JsonNode value) => value is JsonArray list
        ? [KeyValuePair.Create(key, string.Join(',', list.Select(i => i?.ToString())))]
        : Parts(value);
}
