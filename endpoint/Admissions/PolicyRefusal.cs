using Onboarding.Api;
using Onboarding.Authorization;
using Onboarding.Plane.Members;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Admissions;

/// <summary>
/// What a workload is told that policies refuse: no more than which kinds of conditions on its identity hold. Where all that is in
/// the way is something it says of itself, it is told that, for it can change it.
/// </summary>
internal static class PolicyRefusal
{
    public static Refusal Create(PolicyExplanation explanation, AdmissionRequest request)
    {
        Refusal refusal = new(RefusalCode.PermissionDenied, Reasons.NotAuthorized, "Not authorized by OnboardingPolicy")
        {
            Detail = explanation.Summary,
            Matched = explanation.Matched,
            IsFinal = explanation.IsByValidPolicies,
        };
        if (explanation.Decision.Outcome != PolicyOutcome.NoRule)
        {
            return refusal;
        }

        RuleFinding? nearest = explanation.Rules.FirstOrDefault(r => r.SelectsGroup && r.Identity.All(c => c.Holds));
        return nearest?.Failed is not [{ } failed] ? refusal : failed.Kind switch
        {
            "labels" => refusal with
            {
                IsFinal = false,
                Reason = Reasons.LabelRefused,
                Message = $"A workload can't set {failed.Actual}. Remove it from workload.labels, set it in the WorkloadGroup, or list it in "
                    + "a rule of an OnboardingPolicy (labels).",
            },
            "addressCidrs" => refusal with
            {
                IsFinal = false,
                Reason = Reasons.AddressRefused,
                Message = $"No OnboardingPolicy admits the workload at address {request.Address}. Register another address of the host, or "
                    + "add its network to a rule (addressCidrs).",
            },
            _ => refusal,
        };
    }
}
