using System.Text.Json;

namespace Onboarding.Endpoint.Authentication.Jwt;

/// <summary>Reads claims the only way they may be written.</summary>
internal static class JwtClaims
{
    /// <summary>A string member; null if absent or anything else.</summary>
    public static string? String(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A NumericDate: whole seconds. Absent, text, fractions and numbers no clock will reach are all null.</summary>
    public static DateTimeOffset? Time(JsonElement claims, string name)
    {
        // Until the year 3000: adding the skew can't overflow then.
        const long Latest = 32_503_680_000;
        return claims.TryGetProperty(name, out JsonElement value)
            && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt64(out long seconds)
            && seconds is >= 0 and <= Latest
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
    }

    /// <summary>
    /// True if the token is for one of these audiences and for no one else. No audience, an empty list, or one with a stranger in
    /// it is not (Vault once took an empty list for a match).
    /// </summary>
    /// <param name="claims">The token's payload.</param>
    /// <param name="accepted">Audiences that are ours, compared exactly.</param>
    public static bool HasAudience(JsonElement claims, params IReadOnlyCollection<string> accepted)
    {
        if (!claims.TryGetProperty("aud", out JsonElement value))
        {
            return false;
        }

        return value.ValueKind == JsonValueKind.Array
            ? value.GetArrayLength() > 0 && value.EnumerateArray().All(item => IsOneOf(item, accepted))
            : IsOneOf(value, accepted);
    }

    private static bool IsOneOf(JsonElement value, IReadOnlyCollection<string> accepted) =>
        value.ValueKind == JsonValueKind.String && accepted.Contains(value.GetString()!);
}
