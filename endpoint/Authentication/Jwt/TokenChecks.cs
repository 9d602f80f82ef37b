using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Microsoft.IdentityModel.Tokens;
using Onboarding.Api;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Authentication.Jwt;

/// <summary>
/// What every signed token goes through, no matter who issued it. The order is by cost: algorithm, signature, then claims, which mean
/// nothing before.
/// </summary>
internal sealed class TokenChecks(TimeProvider time)
{
    /// <summary>How far an issuer's clock may be from ours.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);

    /// <summary>Reads the token of a credential message.</summary>
    /// <exception cref="RefusedException">It isn't one.</exception>
    public static CompactJwt Read(ByteString credential, Func<ByteString, string> token)
    {
        string text;
        try
        {
            text = token(credential);
        }
        catch (InvalidProtocolBufferException)
        {
            throw Malformed("it isn't a message of the type it says it is");
        }

        return CompactJwt.TryRead(text, out string problem) ?? throw Malformed(problem);
    }

    /// <summary>Algorithm and signature.</summary>
    /// <exception cref="RefusedException">The issuer didn't sign it, or its keys can't be had.</exception>
    public static async Task CheckSignatureAsync(
        CompactJwt token,
        string issuer,
        IReadOnlyList<string> algorithms,
        IIssuerKeySource source,
        CancellationToken cancellationToken)
    {
        string algorithm = CheckHeader(token, issuer, algorithms);
        string? kid = JwtClaims.String(token.Header, "kid");
        IReadOnlyList<JsonWebKey> keys;
        try
        {
            keys = await source.GetAsync(kid, cancellationToken);
        }
        catch (IssuerKeysException e)
        {
            throw Refuse.Unavailable(
                Reasons.IssuerUnavailable,
                $"The plane can't get the keys of issuer {issuer} and so can't check the token; it will try again.",
                TimeSpan.FromSeconds(30),
                e.Message);
        }

        if (!SignatureChecker.IsGood(token, algorithm, kid, keys))
        {
            throw Refuse.Unauthenticated(
                Reasons.CredentialSignature,
                $"None of the keys of issuer {issuer} made the token's signature. "
                + "If its keys were rotated, update an inline jwks or use jwksUri.",
                $"kid: {Quoted(kid)}; keys: {keys.Count}");
        }
    }

    /// <summary>The audience is one of these and no one else.</summary>
    /// <exception cref="RefusedException">It isn't.</exception>
    public static void CheckAudience(CompactJwt token, string next, params IReadOnlyCollection<string> accepted)
    {
        if (!JwtClaims.HasAudience(token.Payload, accepted))
        {
            throw Refuse.Unauthenticated(
                Reasons.CredentialAudience,
                $"The token isn't made for this plane: its \"aud\" must be \"{accepted.First()}\" and nothing else. {next}");
        }
    }

    /// <summary>The token is good now, and not for longer than its issuer may make it.</summary>
    /// <param name="token">The token.</param>
    /// <param name="issuer">Whose it is, for the message.</param>
    /// <param name="maxLifetime">Longest <c>exp − iat</c>.</param>
    /// <param name="requireIssuedAt">False where the platform's tokens may lack <c>iat</c> (JWT-SVIDs); the life is counted from now then.</param>
    /// <returns>When it expires.</returns>
    /// <exception cref="RefusedException">It isn't.</exception>
    public DateTimeOffset CheckTimes(CompactJwt token, string issuer, TimeSpan maxLifetime, bool requireIssuedAt = true)
    {
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset? iat = JwtClaims.Time(token.Payload, "iat");
        if (iat is null && !requireIssuedAt && !token.Payload.TryGetProperty("iat", out _))
        {
            iat = now - Skew;
        }

        if (JwtClaims.Time(token.Payload, "exp") is not { } expires || iat is not { } issued)
        {
            throw Refuse.Unauthenticated(Reasons.CredentialLifetime, "The token needs \"exp\" and \"iat\", as whole seconds.");
        }

        DateTimeOffset? notBefore = JwtClaims.Time(token.Payload, "nbf");
        if (notBefore is null && token.Payload.TryGetProperty("nbf", out _))
        {
            throw Refuse.Unauthenticated(Reasons.CredentialLifetime, "The token's \"nbf\" isn't a time in whole seconds.");
        }

        if (expires <= issued || expires - issued > maxLifetime)
        {
            throw Refuse.Unauthenticated(
                Reasons.CredentialLifetime,
                $"The token lives {Seconds(expires - issued)} s; issuer {issuer} may issue up to {Seconds(maxLifetime)} s.");
        }

        if (now >= expires + Skew)
        {
            throw Refuse.Unauthenticated(
                Reasons.CredentialExpired, $"The token expired at {Utc(expires)}; it is {Utc(now)} at the plane. Check the clocks.");
        }

        if (issued > now + Skew || notBefore > now + Skew)
        {
            throw Refuse.Unauthenticated(
                Reasons.CredentialNotYetValid,
                $"The token is valid from {Utc(notBefore > issued ? notBefore.Value : issued)}; it is {Utc(now)} at the plane. Check the clocks.");
        }

        return expires;
    }

    public static RefusedException Malformed(string problem) =>
        Refuse.Unauthenticated(Reasons.CredentialMalformed, $"The credential can't be read: {problem}.");

    /// <summary>What an attacker chose goes into the audit log as JSON text, cut: it can't fake a line there.</summary>
    public static string Quoted(string? text) =>
        text is null ? "none" : JsonEncodedText.Encode(text.Length > 100 ? text[..100] : text).ToString();

    private static string CheckHeader(CompactJwt token, string issuer, IReadOnlyList<string> algorithms)
    {
        string? algorithm = JwtClaims.String(token.Header, "alg");

        // "none" and HS256 (with the issuer's public key as the secret) are what this list keeps out.
        if (algorithm is null || !algorithms.Contains(algorithm))
        {
            throw Refuse.Unauthenticated(
                Reasons.CredentialAlgorithm,
                $"The token's algorithm isn't accepted for issuer {issuer}. Accepted: {string.Join(", ", algorithms)}.",
                $"alg: {Quoted(algorithm)}");
        }

        // Keys that a token brings along or points to say nothing about its issuer. What "crit" demands we don't implement.
        foreach (string name in (ReadOnlySpan<string>)["crit", "jwk", "jku", "x5u"])
        {
            if (token.Header.TryGetProperty(name, out _))
            {
                throw Refuse.Unauthenticated(Reasons.CredentialMalformed, $"The token's header has \"{name}\", which the plane doesn't accept.");
            }
        }

        return algorithm;
    }

    private static string Seconds(TimeSpan span) => ((long)span.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    private static string Utc(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
