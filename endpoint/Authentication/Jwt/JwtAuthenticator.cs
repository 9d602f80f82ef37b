using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Rpc;
using Onboarding.Plane.Refusals;
using Onboarding.Plane.Settings;

namespace Onboarding.Endpoint.Authentication.Jwt;

/// <summary>Finds out who presents a JWT. The order is by cost: size, shape, issuer, algorithm, signature, then claims.</summary>
internal sealed class JwtAuthenticator(JwtIssuers issuers, TimeProvider time) : ICredentialAuthenticator
{
    private const int LongestSubject = 255;
    private readonly TokenChecks _checks = new(time);

    public string MessageName => JwtCredential.Descriptor.FullName;

    public bool IsConfigured => issuers.Any;

    public async Task<AuthenticatedWorkload> AuthenticateAsync(AuthenticationRequest request, CancellationToken cancellationToken)
    {
        using CompactJwt token = TokenChecks.Read(request.Credential, bytes => JwtCredential.Parser.ParseFrom(bytes).Token);
        (JwtIssuerSettings issuer, IIssuerKeySource keys) = FindIssuer(token);
        await TokenChecks.CheckSignatureAsync(token, issuer.Issuer, issuer.Algorithms, keys, cancellationToken);
        // From here on, and not before, the payload is the issuer's word.
        TokenChecks.CheckAudience(
            token,
            "Let the credential plugin request a token for the audience it is given; some identity providers need an audience mapper for that.",
            [request.PlaneUid, .. issuer.Audiences]);
        _checks.CheckTimes(token, issuer.Issuer, issuer.MaxLifetime);
        WorkloadIdentity identity = new() { Jwt = ReadIdentity(token, issuer) };
        return new AuthenticatedWorkload(identity, issuer.SubjectIsShared ? SharedIdentity.ForKey(identity, request.Key.Thumbprint) : identity)
        {
            IssuerShortName = issuer.ShortName,
            MayReplaceKey = true,
        };
    }

    private (JwtIssuerSettings Issuer, IIssuerKeySource Keys) FindIssuer(CompactJwt token)
    {
        // Used to choose keys only; whether the issuer really said so is what those keys then decide.
        string? name = JwtClaims.String(token.Payload, "iss");
        return issuers.Find(name) ?? throw Refuse.Unauthenticated(
            Reasons.CredentialIssuer,
            "The token's issuer isn't configured in the OnboardingPlane (spec.workloads.authentication.jwt.issuers). "
            + "The configured issuer must equal the token's \"iss\" character by character, including a trailing slash.",
            $"iss: {TokenChecks.Quoted(name)}; configured: {string.Join(", ", issuers.Names)}");
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
            ?? throw TokenChecks.Malformed("it has more than 64 attributes, or more than 4096 characters of them");
        return new JwtIdentity { Issuer = issuer.Issuer, Subject = subject, Attributes = attributes };
    }
}
