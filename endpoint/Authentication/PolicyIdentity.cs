using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Endpoint.Authentication.Jwt;
using Onboarding.Endpoint.Refusals;

namespace Onboarding.Endpoint.Authentication;

/// <summary>Finds, for the identity in an onboarding token, the one that policies are asked about.</summary>
internal sealed class PolicyIdentity(JwtIssuers issuers)
{
    /// <summary>The answers may be others from now on.</summary>
    public event Action? Changed
    {
        add => issuers.Replaced += value;
        remove => issuers.Replaced -= value;
    }

    /// <summary>The identity as its credential said it.</summary>
    /// <exception cref="RefusedException">Its issuer isn't trusted any more: what it said an hour ago counts no more either.</exception>
    public WorkloadIdentity Of(WorkloadIdentity bound, string thumbprint)
    {
        if (bound.Jwt is not { } jwt)
        {
            return bound;
        }

        if (issuers.Find(jwt.Issuer) is not { } issuer)
        {
            throw Refuse.Denied(Reasons.CredentialIssuer, "The issuer of the workload's credential isn't trusted any more.");
        }

        return issuer.Settings.SubjectIsShared ? SharedIdentity.Undo(bound, thumbprint) : bound;
    }
}
