using System.Text.Json.Nodes;

namespace Onboarding.Fleet.Status;

/// <summary>
/// The command that would admit an identity which no policy is about. It is there to be copied to a prompt, and the identity was said by
/// anyone who was refused: every value is quoted so that a shell takes it for text and nothing else, and one with control characters,
/// which a terminal might obey, makes no command.
/// </summary>
internal static class PolicySuggestion
{
    private const int LongestValue = 300;

    /// <summary>The command.</summary>
    /// <param name="identity">The identity as JSON.</param>
    /// <param name="ns">Namespace of the group.</param>
    /// <param name="group">The group.</param>
    /// <returns>Null if the platform isn't known, or there is nothing to be matched.</returns>
    public static string? ForIdentity(JsonObject identity, string ns, string group)
    {
        if (identity.FirstOrDefault() is not { Key: { } platform, Value: JsonObject parts })
        {
            return null;
        }

        string?[]? matcher = (platform, parts) switch
        {
            ("jwt", _) when parts["attributes"] is JsonObject { Count: > 0 } attributes =>
                ["-Jwt", Parameter("Issuer", parts["issuer"]), Table(attributes)],
            ("jwt", _) => ["-Jwt", Parameter("Issuer", parts["issuer"]), Parameter("Subject", parts["subject"])],
            ("aws", _) when parts["ecs"] is JsonObject ecs =>
                ["-Ecs", Parameter("AccountId", parts["account"]), Parameter("Region", parts["region"]), Parameter("Cluster", ecs["cluster"])],
            ("aws", _) => ["-Aws", Parameter("AccountId", parts["account"]), Parameter("Region", parts["region"]), Optional("IamRoleName", (parts["ec2"]?["iamRole"] as JsonObject)?["name"])],
            ("gcp", _) => ["-Gcp", Parameter("ProjectId", parts["projectId"]), Optional("ServiceAccount", parts["gce"]?["serviceAccount"])],
            ("azure", _) => ["-Azure", Parameter("SubscriptionId", parts["subscription"]), Optional("ResourceGroup", parts["resourceGroup"])],
            ("kubernetes", _) =>
                ["-Kubernetes", Parameter("ServiceAccountNamespace", parts["namespace"]), Parameter("ServiceAccount", parts["serviceAccount"])],
            ("spiffe", _) => ["-Spiffe", Parameter("TrustDomain", parts["trustDomain"]), Optional("SpiffePath", parts["path"])],
            ("joinToken", _) => ["-JoinToken", Parameter("TokenName", parts["name"])],
            _ => null,
        };
        string?[] target = [Value(group), Parameter("Namespace", ns), Parameter("WorkloadGroup", group)];
        string?[] all = [.. target, .. matcher ?? [null]];
        return all.Contains(null) ? null : $"New-WorkloadGroupPolicy {string.Join(' ', all.Where(p => p!.Length > 0))}";
    }

    private static string? Parameter(string name, JsonNode? value) => Value(value) is { } text ? $"-{name} {text}" : null;

    private static string? Optional(string name, JsonNode? value) => value is JsonValue ? Parameter(name, value) : "";

    private static string? Table(JsonObject attributes)
    {
        string?[] entries = [.. attributes.Select(a => (Value(a.Key), Value(a.Value)) is ({ } key, { } value) ? $"{key} = {Quote(value)}" : null)];
        return entries.Contains(null) ? null : $"-Attribute @{{ {string.Join("; ", entries)} }}";
    }

    // In a hashtable a bare word would be a command.
    private static string Quote(string value) => value.StartsWith('\'') ? value : $"'{value}'";

    private static string? Value(JsonNode? node) => node is JsonValue value && value.ToString() is { Length: > 0 and <= LongestValue } text && !text.Any(char.IsControl)
        ? text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '/' or ':') && !text.StartsWith('-')
            ? text
            : $"'{string.Concat(text.Select(c => IsQuote(c) ? $"{c}{c}" : c.ToString()))}'"
        : null;

    // PowerShell ends a quoted text at typographic quotes, too.
    private static bool IsQuote(char c) => c is '\'' or (>= '\u2018' and <= '\u201b');
}
