using System.Text.Json;
using System.Text.Json.Nodes;

namespace Onboarding.Client.Credentials.Aws;

/// <summary>Credentials of a role, as both metadata services give them. Never shown: its text names the key at most.</summary>
/// <param name="AccessKeyId">Names the key.</param>
/// <param name="SecretKey">The key.</param>
/// <param name="Token">The session token that belongs to it.</param>
internal sealed record AwsCredentials(string AccessKeyId, string SecretKey, string Token)
{
    /// <summary>Reads them; null if they aren't whole.</summary>
    public static AwsCredentials? TryRead(string json)
    {
        try
        {
            return JsonNode.Parse(json) is JsonObject o
                && Text(o, "AccessKeyId") is { } id && Text(o, "SecretAccessKey") is { } key && Text(o, "Token") is { } token
                ? new AwsCredentials(id, key, token)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"credentials {AccessKeyId}";

    private static string? Text(JsonObject o, string name) => o[name] is JsonValue v && v.TryGetValue(out string? text) && text.Length > 0 ? text : null;
}
