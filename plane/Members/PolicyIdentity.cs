using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Plane.Refusals;
using Onboarding.Plane.Settings;

namespace Onboarding.Plane.Members;

/// <summary>Finds, for the identity in an onboarding token, the one that policies are asked about.</summary>
internal sealed class PolicyIdentity(PlaneConfiguration plane)
{
    /// <summary>The answers may be others from now on.</summary>
    public event Action<PlaneSettings>? Changed
    {
        add => plane.Changed += value;
        remove => plane.Changed -= value;
    }

    /// <summary>The identity as its credential said it.</summary>
    /// <exception cref="RefusedException">Its issuer isn't trusted any more: what it said an hour ago counts no more either.</exception>
    public WorkloadIdentity Resolve(WorkloadIdentity bound, string thumbprint)
    {
        PlaneSettings settings = plane.Required;
        if (!TrustedSources.Trust(bound, settings))
        {
            throw Refuse.Denied(
                Reasons.CredentialIssuer,
                "The plane doesn't trust the issuer of the workload's credential any more. "
                + "Look at spec.workloads.authentication with: kubectl get onboardingplanes -A -o yaml");
        }

        return bound.Jwt is { } jwt && settings.JwtIssuers[jwt.Issuer].SubjectIsShared ? SharedIdentity.Undo(bound, thumbprint) : bound;
    }
}
