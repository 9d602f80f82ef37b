using Onboarding.Api.Identity;
using Onboarding.Api.Runtime;
using Onboarding.Endpoint.Tokens;

namespace Onboarding.Endpoint.Registration;

/// <summary>
/// Whose a registration is. Its name is made of a group's and an identity's, and two pairs can make one name: a caller is compared by
/// who it is, never by what its registration would be called.
/// </summary>
internal static class RegistrationOwner
{
    /// <summary>True if the registration is of the identity and the group that the token is for.</summary>
    /// <param name="member">The registration.</param>
    /// <param name="claims">What the caller's token says.</param>
    public static bool Is(WorkloadAutoRegistration member, OnboardingTokenClaims claims) =>
        member.Spec is { } spec
        && member.GroupName == claims.GroupName
        && member.Metadata.Namespace == claims.GroupNamespace
        && CanonicalIdentity.Serialize(spec.Identity) == CanonicalIdentity.Serialize(claims.Workload);
}
