using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Microsoft.IdentityModel.Tokens;
using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Rpc;
using Onboarding.Endpoint.Refusals;

namespace Onboarding.Endpoint.Authentication.Jwt;

/// <summary>Finds out who presents a JWT. The order is by cost: size, shape, issuer, algorithm, signature, then claims.</summary>
internal sealed class JwtAuthenticator(JwtIssuers issuers, TimeProvider time) : ICredentialAuthenticator
{
    private const int LongestSubject = 255;

    /// <summary>How far an issuer's clock may be from ours.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);

    public string MessageName => JwtCredential.Descriptor.FullName;

    public bool IsConfigured => issuers.Any;

    public async Task<AuthenticatedWorkload> AuthenticateAsync(AuthenticationRequest request, CancellationToken cancellationToken)
    {
        using CompactJwt token = Read(request.Credential);
        try
        {
            (JwtIssuerSettings issuer, IIssuerKeySource keys) = FindIssuer(token);
            string algorithm = CheckHeader(token, issuer);
            await CheckSignatureAsync(token, issuer, algorithm, keys, cancellationToken);
            // From here on, and not before, the payload is the issuer's word.
            CheckAudience(token, issuer, request.PlaneUid);
            CheckTimes(token, issuer);
            WorkloadIdentity identity = new() { Jwt = ReadIdentity(token, issuer) };
            return new AuthenticatedWorkload(identity, issuer.SubjectIsShared ? SharedIdentity.Of(identity, request.Key.Thumbprint) : identity)
            {
                IssuerShortName = issuer.ShortName,
                MayReplaceKey = true,
            };
        }
        catch (InvalidOperationException)
        {
            // System.Text.Json finds lone surrogates only when the text is asked for.
            throw Malformed("a text in it isn't valid Unicode");
        }
    }

    private static CompactJwt Read(ByteString credential)
    {
        string text;
        try
        {
            text = JwtCredential.Parser.ParseFrom(credential).Token;
        }
        catch (InvalidProtocolBufferException)
        {
            throw Malformed("it isn't a JwtCredential message");
        }

        return CompactJwt.TryRead(text, out string problem) ?? throw Malformed(problem);
    }

    private (JwtIssuerSettings Issuer, IIssuerKeySource Keys) FindIssuer(CompactJwt token)
    {
        // Used to choose keys only; whether the issuer really said so is what those keys then decide.
        string? name = JwtClaims.String(token.Payload, "iss");
        return issuers.Find(name) ?? throw Refuse.Unauthenticated(
            Reasons.CredentialIssuer,
            "The token's issuer isn't configured in the OnboardingPlane (spec.workloads.authentication.jwt.issuers). "
            + "The configured issuer must equal the token's \"iss\" character by character, including a trailing slash.",
            $"iss: {Quoted(name)}; configured: {string.Join(", ", issuers.Names)}");
    }

    private static string CheckHeader(CompactJwt token, JwtIssuerSettings issuer)
    {
        string? algorithm = JwtClaims.String(token.Header, "alg");

        // "none" and HS256 (with the issuer's public key as the secret) are what this list keeps out.
        if (algorithm is null || !issuer.Algorithms.Contains(algorithm))
        {
            throw Refuse.Unauthenticated(
                Reasons.CredentialAlgorithm,
                $"The token's algorithm isn't accepted for issuer {issuer.Issuer}. Accepted: {string.Join(", ", issuer.Algorithms)}.",
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

    private static async Task CheckSignatureAsync(
        CompactJwt token,
        JwtIssuerSettings issuer,
        string algorithm,
        IIssuerKeySource source,
        CancellationToken cancellationToken)
    {
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
                $"The plane can't get the keys of issuer {issuer.Issuer} and so can't check the token; it will try again.",
                TimeSpan.FromSeconds(30),
                e.Message);
        }

        if (!SignatureChecker.IsGood(token, algorithm, kid, keys))
        {
            throw Refuse.Unauthenticated(
                Reasons.CredentialSignature,
                $"None of the keys of issuer {issuer.Issuer} made the token's signature. "
                + "If its keys were rotated, update an inline jwks or use jwksUri.",
                $"kid: {Quoted(kid)}; keys: {keys.Count}");
        }
    }

    private static void CheckAudience(CompactJwt token, JwtIssuerSettings issuer, string planeUid)
    {
        if (!JwtClaims.HasAudience(token.Payload, [planeUid, .. issuer.Audiences]))
        {
            throw Refuse.Unauthenticated(
                Reasons.CredentialAudience,
                $"The token isn't made for this plane: its \"aud\" must be \"{planeUid}\" and nothing else. Let the credential plugin "
                + "request a token for the audience it is given; some identity providers need an audience mapper for that.");
        }
    }

    private void CheckTimes(CompactJwt token, JwtIssuerSettings issuer)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (JwtClaims.Time(token.Payload, "exp") is not { } expires || JwtClaims.Time(token.Payload, "iat") is not { } issued)
        {
            throw Refuse.Unauthenticated(Reasons.CredentialLifetime, "The token needs \"exp\" and \"iat\", as whole seconds.");
        }

        DateTimeOffset? notBefore = JwtClaims.Time(token.Payload, "nbf");
        if (notBefore is null && token.Payload.TryGetProperty("nbf", out _))
        {
            throw Refuse.Unauthenticated(Reasons.CredentialLifetime, "The token's \"nbf\" isn't a time in whole seconds.");
        }

        if (expires <= issued || expires - issued > issuer.MaxLifetime)
        {
            throw Refuse.Unauthenticated(
                Reasons.CredentialLifetime,
                $"The token lives {Seconds(expires - issued)} s; issuer {issuer.Issuer} may issue up to {Seconds(issuer.MaxLifetime)} s.");
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
    }

    private static JwtIdentity ReadIdentity(CompactJwt token, JwtIssuerSettings issuer)
    {
        string? subject = JwtClaims.String(token.Payload, "sub");
        if (subject is null || subject.Length is 0 or > LongestSubject || subject.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            throw Refuse.Unauthenticated(
                Reasons.CredentialSubject, $"The token's \"sub\" must be 1 to {LongestSubject} printable ASCII characters.");
        }

        IReadOnlyDictionary<string, string> attributes = AttributeReader.Read(token.Payload, issuer.Attributes)
            ?? throw Malformed("it has more than 64 attributes, or more than 4096 characters of them");
        return new JwtIdentity { Issuer = issuer.Issuer, Subject = subject, Attributes = attributes };
    }

    private static RefusedException Malformed(string problem) =>
        Refuse.Unauthenticated(Reasons.CredentialMalformed, $"The credential can't be read: {problem}.");

    private static string Seconds(TimeSpan span) => ((long)span.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    private static string Utc(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    // What an attacker chose goes into the audit log as JSON text, cut: it can't fake a line there.
    private static string Quoted(string? text) =>
        text is null ? "none" : JsonEncodedText.Encode(text.Length > 100 ? text[..100] : text).ToString();
}
