using Onboarding.Api.Authorization;
using Onboarding.Api.Identity;
using Onboarding.Api.Reading;

namespace Onboarding.Endpoint.Authorization;

/// <summary>
/// Decides whether policies admit a workload to a group: deny by default, union of allows (reference section 6). A function of
/// its arguments alone.
/// </summary>
internal static class PolicyEvaluator
{
    private const int LongestExplanation = 20;

    /// <summary>Decides.</summary>
    /// <param name="policies">All policies of the group's namespace, ordered by name.</param>
    /// <param name="identity">Who asks.</param>
    /// <param name="groupLabels">Labels of the WorkloadGroup object; null if there is no such group, which nothing opens.</param>
    public static PolicyDecision Evaluate(
        IReadOnlyList<OnboardingPolicy> policies,
        WorkloadIdentity identity,
        IReadOnlyDictionary<string, string>? groupLabels)
    {
        // What can't be read may have been meant to keep somebody out: until it is repaired, nobody gets in.
        if (policies.FirstOrDefault(p => p.Spec is null && p.MentionsDeny) is { } broken)
        {
            string reason = $"policy {broken.Metadata.Name} has deny rules and is invalid, so its namespace admits nobody: {Problems(broken)}";
            return new PolicyDecision { NearestMiss = reason, Explanation = [reason] };
        }

        // Neither deny rules nor constraints are looked at here yet: what has them admits nobody.
        if (policies.FirstOrDefault(p => p.Spec is { Deny.Count: > 0 }) is { } denying)
        {
            string reason = $"policy {denying.Metadata.Name} has deny rules, so its namespace admits nobody";
            return new PolicyDecision { NearestMiss = reason, Explanation = [reason] };
        }

        foreach (OnboardingPolicy policy in policies)
        {
            for (int i = 0; i < (policy.Spec?.Allow.Count ?? 0); i++)
            {
                OnboardingPolicyRule rule = policy.Spec!.Allow[i];
                if (Selects(rule, groupLabels) && rule.Workloads.Any(w => IdentityConditions.Check(w, identity).All(c => c.Holds)))
                {
                    return new PolicyDecision { Policy = policy.Metadata.Name, Rule = i + 1 };
                }
            }
        }

        return Explain(policies, identity, groupLabels);
    }

    private static bool Selects(OnboardingPolicyRule rule, IReadOnlyDictionary<string, string>? groupLabels) =>
        groupLabels is not null && rule is { NotAfter: null, AddressCidrs.Count: 0, Labels.Count: 0, MaxMembers: null } && rule.OnboardTo.Any(g => g.WorkloadGroupSelector.Matches(groupLabels));

    private static PolicyDecision Explain(
        IReadOnlyList<OnboardingPolicy> policies,
        WorkloadIdentity identity,
        IReadOnlyDictionary<string, string>? groupLabels)
    {
        RuleMiss[] misses = [.. policies.Where(p => p.Spec is not null)
            .SelectMany(p => p.Spec!.Allow.Select((rule, i) => RuleMiss.Of(p.Metadata.Name, i + 1, rule, identity, Selects(rule, groupLabels))))
            .OrderByDescending(m => m.Score)];
        IEnumerable<string> invalid = policies.Where(p => p.Spec is null)
            .Select(p => $"policy {p.Metadata.Name} is invalid and admits nobody: {Problems(p)}");
        string[] explanation = [.. misses.Select(m => m.ToString()).Concat(invalid).Take(LongestExplanation)];
        return new PolicyDecision
        {
            Matched = misses.Length > 0 ? misses.MaxBy(m => m.Matched.Count)!.Matched : [],
            NearestMiss = explanation.Length > 0 ? explanation[0] : "the namespace has no policy",
            Explanation = groupLabels is null ? ["there is no such WorkloadGroup", .. explanation] : explanation,
        };
    }

    private static string Problems(OnboardingPolicy policy) => string.Join(
        "; ", policy.Problems.Where(p => p.Severity == ProblemSeverity.Error).Take(5).Select(p => $"{p.Path}: {p.Message}"));
}
