using Onboarding.Api.Meta;
using Onboarding.Api.Runtime;

namespace Onboarding.Plane.Members;

/// <summary>
/// What was last decided about a member by policies that could be read. The operator writes it into the registration, so that every
/// replica knows it: an invalid policy is a mistake in progress, and takes no admission back.
/// </summary>
internal static class LastDecision
{
    /// <summary>Condition of a registration that is False once no policy admits it any more.</summary>
    public const string Authorized = "Authorized";

    /// <summary>Its reason while an invalid policy is in the way of a decision: the member keeps its last one.</summary>
    public const string PolicyInvalid = "PolicyInvalid";

    /// <summary>True unless valid policies refused the member.</summary>
    /// <param name="member">The member.</param>
    public static bool WasAllowed(WorkloadAutoRegistration member) =>
        Condition(member) is not { Status: "False" } condition || condition.Reason == PolicyInvalid;

    /// <summary>The condition; null if nothing was ever to be said.</summary>
    /// <param name="member">The member.</param>
    public static V1Condition? Condition(WorkloadAutoRegistration member) =>
        member.Status?.Conditions.FirstOrDefault(c => c.Type == Authorized);
}
