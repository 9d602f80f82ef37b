using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Rpc;
using Onboarding.Endpoint.Authentication.Jwt;
using Onboarding.Plane.Refusals;
using Onboarding.Plane.Settings;

namespace Onboarding.Endpoint.Authentication.Spiffe;

/// <summary>Finds out who presents a JWT-SVID.</summary>
internal sealed class SpiffeJwtAuthenticator(SpiffeBundles bundles, TimeProvider time) : ICredentialAuthenticator
{
    private static readonly TimeSpan MaxLifetime = TimeSpan.FromHours(24);
    private readonly TokenChecks _checks = new(time);

    public string MessageName => SpiffeJwtCredential.Descriptor.FullName;

    public bool IsConfigured => bundles.Any;

    public async Task<AuthenticatedWorkload> AuthenticateAsync(AuthenticationRequest request, CancellationToken cancellationToken)
    {
        using CompactJwt token = TokenChecks.Read(request.Credential, bytes => SpiffeJwtCredential.Parser.ParseFrom(bytes).Token);
        // Used to choose a bundle only; that bundle's keys decide whether it is true. "iss" says nothing in a JWT-SVID.
        if (!SpiffeName.TryRead(JwtClaims.String(token.Payload, "sub"), out SpiffeIdentity? id))
        {
            throw Refuse.Unauthenticated(Reasons.CredentialSubject, "The token's \"sub\" isn't a SPIFFE ID.");
        }

        if (token.Header.TryGetProperty("typ", out _) && JwtClaims.String(token.Header, "typ") is not ("JWT" or "JOSE"))
        {
            throw TokenChecks.Malformed("the \"typ\" of a JWT-SVID is JWT or JOSE");
        }

        string issuer = $"trust domain {id.TrustDomain}";
        await TokenChecks.CheckSignatureAsync(
            token, issuer, JwtIssuerSettings.DefaultAlgorithms, SpiffeBundle.ForTokens(bundles.ForTrustDomain(id.TrustDomain)), cancellationToken);
        TokenChecks.CheckAudience(token, "Fetch a JWT-SVID for the plane's uid.", request.PlaneUid);
        _checks.CheckTimes(token, issuer, MaxLifetime, requireIssuedAt: false);
        WorkloadIdentity identity = new() { Spiffe = id };
        return new AuthenticatedWorkload(identity, identity) { MayReplaceKey = true };
    }
}
