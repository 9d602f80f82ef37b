using System.Security.Cryptography;
using System.Text.Json;
using Onboarding.Api;
using Onboarding.Endpoint.Authentication.Jwt;
using Onboarding.Plane.Keys;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Tokens;

/// <summary>Reads onboarding tokens that come back.</summary>
internal sealed class OnboardingTokenReader(TimeProvider time)
{
    private readonly RecentResults<string, KnownToken> _known = new(half: 512);

    /// <summary>
    /// What a token says that was read lately with the very same keys: an agent shows its token again when it connects. Null if it wasn't, or
    /// has expired. It can't outlive a rotation: that makes other keys.
    /// </summary>
    /// <param name="token">The token, every character of which counts.</param>
    /// <param name="planeUid">The plane's uid.</param>
    /// <param name="keys">The plane's keys.</param>
    public OnboardingTokenClaims? Known(string token, string planeUid, TokenKeys keys) =>
        _known.TryGet(token, out KnownToken? known)
        && ReferenceEquals(known.Keys, keys)
        && known.PlaneUid == planeUid
        && time.GetUtcNow() < known.Claims.ExpiresAt
            ? known.Claims
            : null;

    /// <summary>Reads a token.</summary>
    /// <param name="token">The token.</param>
    /// <param name="planeUid">The plane's uid.</param>
    /// <param name="keys">The plane's keys.</param>
    /// <exception cref="RefusedException">It isn't one of this plane's, or has expired.</exception>
    public OnboardingTokenClaims Read(string token, string planeUid, TokenKeys keys)
    {
        using CompactJwt jwt = CompactJwt.TryRead(token, out string problem) ?? throw Invalid(problem);
        try
        {
            CheckSignature(jwt, keys);
            OnboardingTokenClaims claims = ReadClaims(jwt.Payload, planeUid);
            if (JwtClaims.String(jwt.Header, "kid") == keys.SigningKeyId)
            {
                _known.Add(token, new KnownToken(keys, planeUid, claims));
            }

            return claims;
        }
        catch (Exception e) when (e is InvalidOperationException or KeyNotFoundException or ArgumentOutOfRangeException)
        {
            // Signed by this plane, and yet not what it signs: an older or newer version of it.
            throw Invalid("it isn't of the form this version of the plane makes");
        }
    }

    /// <summary>The <c>kid</c> of a token, unverified: only good for asking whether the plane's keys have to be read again.</summary>
    public static string? KeyIdOf(string token)
    {
        using CompactJwt? jwt = CompactJwt.TryRead(token, out _);
        return jwt is null ? null : JwtClaims.String(jwt.Header, "kid");
    }

    private void CheckSignature(CompactJwt jwt, TokenKeys keys)
    {
        // The algorithm is ours to know; the header only has to agree.
        string? kid = JwtClaims.String(jwt.Header, "kid");
        bool header = JwtClaims.String(jwt.Header, "alg") == "ES256"
            && JwtClaims.String(jwt.Header, "typ") == OnboardingTokenIssuer.Type
            && !jwt.Header.TryGetProperty("crit", out _);
        if (!header || kid is null || !(kid == keys.SigningKeyId ? SigningKeyPool.Use(keys, key => IsBy(key, jwt)) : IsByRetired(kid, jwt, keys)))
        {
            throw Invalid("this plane didn't sign it");
        }
    }

    private static bool IsBy(ECDsa key, CompactJwt jwt) => key.VerifyData(jwt.SignedBytes, jwt.Signature, HashAlgorithmName.SHA256);

    private bool IsByRetired(string kid, CompactJwt jwt, TokenKeys keys)
    {
        RetiredTokenKey? retired = keys.Retired.FirstOrDefault(k => k.KeyId == kid && k.Until > time.GetUtcNow());
        if (retired is null)
        {
            return false;
        }

        using ECDsa key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(retired.SubjectPublicKeyInfo, out _);
        return IsBy(key, jwt);
    }

    private OnboardingTokenClaims ReadClaims(JsonElement payload, string planeUid)
    {
        // A plane that was given another uid has no use for tokens of its old self.
        if (JwtClaims.String(payload, "iss") != planeUid || !JwtClaims.HasAudience(payload, planeUid))
        {
            throw Invalid("it was made for another plane");
        }

        if (JwtClaims.Time(payload, "exp") is not { } expires || JwtClaims.Time(payload, "iat") is not { } issued)
        {
            throw Invalid("it has no times");
        }

        if (time.GetUtcNow() >= expires)
        {
            throw Refuse.Unauthenticated(
                Reasons.TokenExpired, "The onboarding token has expired. Ask for a new one by AuthorizeOnboarding with a fresh credential.");
        }

        JsonElement group = payload.GetProperty("claims").GetProperty("workload_group");
        string ns = Text(group, "namespace");
        string subject = Text(payload, "sub");
        return new OnboardingTokenClaims
        {
            Workload = IdentityClaim.Read(payload.GetProperty("claims").GetProperty("workload")),
            GroupNamespace = ns,
            GroupName = Text(group, "name"),
            Registration = subject[(ns.Length + 1)..],
            Thumbprint = Text(payload.GetProperty("cnf"), "jkt"),
            MayBind = JwtClaims.String(payload.GetProperty("cnf"), "binding"),
            Id = Text(payload, "jti"),
            IssuedAt = issued,
            ExpiresAt = expires,
        };
    }

    private static string Text(JsonElement element, string name) => JwtClaims.String(element, name) ?? throw Invalid($"it has no {name}");

    private static RefusedException Invalid(string problem) =>
        Refuse.Unauthenticated(Reasons.TokenInvalid, $"The onboarding token is no good: {problem}. Ask for one by AuthorizeOnboarding.");

    private sealed record KnownToken(TokenKeys Keys, string PlaneUid, OnboardingTokenClaims Claims);
}
