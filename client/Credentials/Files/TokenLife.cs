using System.Buffers.Text;
using System.Text.Json;

namespace Onboarding.Client.Credentials.Files;

/// <summary>When a token says that it expires. For showing; whether it is good the plane decides.</summary>
internal static class TokenLife
{
    /// <summary>The token's <c>exp</c>; null if it isn't a JWT that says one.</summary>
    public static DateTimeOffset? ExpiresAt(string token)
    {
        string[] parts = token.Split('.');
        if (parts.Length != 3 || !Base64Url.IsValid(parts[1]))
        {
            return null;
        }

        try
        {
            using JsonDocument payload = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
            const long Latest = 253_402_300_799;
            return payload.RootElement.ValueKind == JsonValueKind.Object
                && payload.RootElement.TryGetProperty("exp", out JsonElement exp)
                && exp.ValueKind == JsonValueKind.Number && exp.TryGetInt64(out long seconds) && seconds is >= 0 and <= Latest
                ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
