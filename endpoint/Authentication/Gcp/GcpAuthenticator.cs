using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Install;
using Onboarding.Api.Rpc;
using Onboarding.Endpoint.Authentication.Jwt;
using Onboarding.Plane.Refusals;
using Onboarding.Plane.Settings;

namespace Onboarding.Endpoint.Authentication.Gcp;

/// <summary>Finds out which Compute Engine instance presents its identity token (<c>format=full</c>).</summary>
internal sealed class GcpAuthenticator(PlaneConfiguration plane, KeySources keySources, TimeProvider time) : ICredentialAuthenticator
{
    /// <summary>Where Google publishes the keys.</summary>
    public const string KeysUri = "https://www.googleapis.com/oauth2/v3/certs";

    private const string Issuer = "https://accounts.google.com";
    private static readonly IReadOnlyList<string> Algorithms = ["RS256"];

    // Google's live an hour; one that lives longer isn't one of these.
    private static readonly TimeSpan MaxLifetime = TimeSpan.FromMinutes(65);
    private readonly TokenChecks _checks = new(time);

    public string MessageName => GcpCredential.Descriptor.FullName;

    public bool IsConfigured => Settings is not null;

    private GcpAuthenticationSettings? Settings => plane.Current?.Spec.Workloads.Authentication.Gcp;

    public async Task<AuthenticatedWorkload> AuthenticateAsync(AuthenticationRequest request, CancellationToken cancellationToken)
    {
        GcpAuthenticationSettings settings = Settings ?? throw CredentialAuthenticators.NoLongerAccepted();
        using CompactJwt token = TokenChecks.Read(request.Credential, bytes => GcpCredential.Parser.ParseFrom(bytes).Token);
        // Google's keys sign tokens of other products, too: the issuer is part of what they say.
        if (JwtClaims.String(token.Payload, "iss") is not Issuer)
        {
            throw Refuse.Unauthenticated(
                Reasons.CredentialIssuer, $"The token isn't one of Google's: its \"iss\" must be \"{Issuer}\".",
                $"iss: {TokenChecks.Quoted(JwtClaims.String(token.Payload, "iss"))}");
        }

        IIssuerKeySource keys = keySources.ForIssuer(settings, Issuer, settings.JwksUri ?? KeysUri, settings.Jwks);
        await TokenChecks.CheckSignatureAsync(token, Issuer, Algorithms, keys, cancellationToken);
        TokenChecks.CheckAudience(token, "Ask the metadata server for a token with audience=<the plane's uid>.", request.PlaneUid);
        DateTimeOffset expires = _checks.CheckTimes(token, Issuer, MaxLifetime);
        GcpClaims claims = GcpClaims.Read(token.Payload);
        CheckProject(claims.Identity, settings);
        WorkloadIdentity identity = new() { Gcp = claims.Identity };
        return new AuthenticatedWorkload(identity, identity)
        {
            MayReplaceKey = true,
            OneUse = OneUse.FromToken("gcp", token.SignedBytes, expires + TokenChecks.Skew),
            NotForNewBinding = TooOld(claims, settings),
        };
    }

    private static void CheckProject(GcpIdentity identity, GcpAuthenticationSettings settings)
    {
        if (settings.Projects.Count > 0 && !settings.Projects.Contains(identity.ProjectId) && !settings.Projects.Contains(identity.ProjectNumber))
        {
            throw Refuse.Denied(
                Reasons.CredentialTenant,
                "The instance's project isn't among spec.workloads.authentication.gcp.projects of the OnboardingPlane.",
                $"project {identity.ProjectId} ({identity.ProjectNumber})");
        }
    }

    private Refusal? TooOld(GcpClaims claims, GcpAuthenticationSettings settings)
    {
        if (settings.MaxInstanceAge is not { } most || (claims.CreatedAt is { } created && time.GetUtcNow() - created <= most))
        {
            return null;
        }

        return new Refusal(
            RefusalCode.PermissionDenied,
            Reasons.CredentialExpired,
            $"The instance is older than {most:c}, and hasn't joined before: spec.workloads.authentication.gcp.maxInstanceAge. Recreate it, or raise that.")
        {
            Detail = $"created {claims.CreatedAt:u}",
        };
    }
}
