using Onboarding.Api;
using Onboarding.Api.Install;
using Onboarding.Endpoint.Authentication.Jwt;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Authentication.Azure;

/// <summary>What the token of a managed identity says of the machine that got it.</summary>
/// <param name="Machine">The machine.</param>
/// <param name="Identity">Resource id of the identity, or <c>system</c> for the machine's own.</param>
/// <param name="Use">Ties the token to the first key it comes with: the platform gives out the same one for up to a day.</param>
internal sealed record ManagedIdentityToken(ArmId Machine, string Identity, OneUse Use)
{
    /// <summary>What an identity of the machine itself is called.</summary>
    public const string System = "system";

    private static readonly IReadOnlyList<string> Algorithms = ["RS256"];
    private static readonly TimeSpan MaxLifetime = TimeSpan.FromHours(25);

    /// <summary>Checks a token.</summary>
    /// <param name="text">The token.</param>
    /// <param name="tenant">The tenant that the machine's subscription belongs to.</param>
    /// <param name="audience">Who it must be made for.</param>
    /// <param name="keySources">The tenant's keys.</param>
    /// <param name="checks">Checks times.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="RefusedException">It is no good.</exception>
    public static async Task<ManagedIdentityToken> CheckAsync(
        string text, AzureTenant tenant, string audience, KeySources keySources, TokenChecks checks, CancellationToken cancellationToken)
    {
        using CompactJwt token = CompactJwt.TryRead(text, out string problem) ?? throw TokenChecks.Malformed(problem);
        string id = tenant.TenantId.ToLowerInvariant();
        CheckIssuer(token, id);
        IIssuerKeySource keys = keySources.ForIssuer(
            tenant, $"tenant {id}", tenant.JwksUri ?? $"https://login.microsoftonline.com/{id}/discovery/v2.0/keys", tenant.Jwks);
        await TokenChecks.CheckSignatureAsync(token, $"tenant {id}", Algorithms, keys, cancellationToken);
        TokenChecks.CheckAudience(token, "Set the agent's azure.resource to the plane's azure.audience.", audience);
        DateTimeOffset expires = checks.CheckTimes(token, $"tenant {id}", MaxLifetime);
        if (!string.Equals(JwtClaims.String(token.Payload, "tid"), id, StringComparison.OrdinalIgnoreCase))
        {
            throw Refuse.Unauthenticated(Reasons.CredentialTenant, "The token's \"tid\" isn't the tenant of the machine's subscription.");
        }

        (ArmId machine, string identity) = ReadResources(token);
        return new ManagedIdentityToken(machine, identity, OneUse.FromToken("azure", token.SignedBytes, expires + TokenChecks.Skew));
    }

    // Built from the configured tenant, never from the token's: both versions of the platform's tokens, character by character.
    private static void CheckIssuer(CompactJwt token, string tenant)
    {
        string? issuer = JwtClaims.String(token.Payload, "iss");
        if (issuer != $"https://sts.windows.net/{tenant}/" && issuer != $"https://login.microsoftonline.com/{tenant}/v2.0")
        {
            throw Refuse.Unauthenticated(
                Reasons.CredentialIssuer, "The token isn't of the tenant that the machine's subscription belongs to.", $"iss: {TokenChecks.Quoted(issuer)}");
        }
    }

    // Of an assigned identity, xms_mirid is the identity, which many machines may share, and xms_az_rid the machine; of a machine's
    // own identity, xms_mirid is the machine, and there is no other.
    private static (ArmId Machine, string Identity) ReadResources(CompactJwt token)
    {
        string? assigned = JwtClaims.String(token.Payload, "xms_mirid");
        string? resource = JwtClaims.String(token.Payload, "xms_az_rid");
        if (!ArmId.TryRead(assigned, out ArmId? identity))
        {
            throw Unusable("its \"xms_mirid\" is missing, or isn't the id of a resource");
        }

        if (resource is null)
        {
            return identity.IsMachine ? (identity, System) : throw Unusable("it doesn't say which machine got it, only an identity that machines share");
        }

        if (!ArmId.TryRead(resource, out ArmId? machine) || !machine.IsMachine)
        {
            throw Unusable("its \"xms_az_rid\" isn't the id of a virtual machine: containers, functions and clusters aren't machines");
        }

        return identity.IsIdentity ? (machine, assigned!)
            : identity == machine || identity.IsMachine ? (machine, System)
            : throw Unusable("its \"xms_mirid\" is neither an assigned identity nor a virtual machine");
    }

    private static RefusedException Unusable(string why) =>
        Refuse.Unauthenticated(Reasons.CredentialSubject, $"The token of the managed identity can't be used: {why}.");
}
