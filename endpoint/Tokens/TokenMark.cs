using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Onboarding.Endpoint.Authentication.Jwt;
using Onboarding.Plane.Keys;

namespace Onboarding.Endpoint.Tokens;

/// <summary>
/// A MAC in onboarding tokens over what identifies them. It admits no one: it tells, for a thousandth of what a signature costs, whether a
/// token is worth verifying. Attack: an address that is held back presents made-up tokens, and has the plane verify each of them.
/// </summary>
internal static class TokenMark
{
    /// <summary>The claim.</summary>
    public const string Claim = "onboarding_mark";

    /// <summary>The mark of a token.</summary>
    /// <param name="id">Its <c>jti</c>.</param>
    /// <param name="thumbprint">Thumbprint of its key.</param>
    /// <param name="expires">When it expires, in seconds of Unix time.</param>
    /// <param name="keys">The plane's keys.</param>
    public static string Compute(string id, string thumbprint, long expires, TokenKeys keys) => Convert.ToHexStringLower(HMACSHA256.HashData(
        keys.ChallengeKey,
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"onboarding token\n{id}\n{thumbprint}\n{expires}"))).AsSpan(0, 16));

    /// <summary>True if this plane made the token, for all that can be seen without verifying its signature, and it hasn't expired.</summary>
    public static bool IsOn(string token, TokenKeys keys, DateTimeOffset now)
    {
        using CompactJwt? jwt = CompactJwt.TryRead(token, out _);
        if (jwt is null
            || JwtClaims.String(jwt.Payload, Claim) is not { } mark
            || JwtClaims.String(jwt.Payload, "jti") is not { } id
            || !jwt.Payload.TryGetProperty("exp", out JsonElement exp) || exp.ValueKind != JsonValueKind.Number || !exp.TryGetInt64(out long expires)
            || !jwt.Payload.TryGetProperty("cnf", out JsonElement cnf) || cnf.ValueKind != JsonValueKind.Object
            || JwtClaims.String(cnf, "jkt") is not { } thumbprint)
        {
            return false;
        }

        return expires > now.ToUnixTimeSeconds() && CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(Compute(id, thumbprint, expires, keys)), Encoding.UTF8.GetBytes(mark));
    }
}
