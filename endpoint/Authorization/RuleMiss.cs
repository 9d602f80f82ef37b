using Onboarding.Api.Authorization;
using Onboarding.Api.Identity;

namespace Onboarding.Endpoint.Authorization;

/// <summary>Why one rule didn't admit: the one of its matchers that came closest.</summary>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Rule">The rule, counted from 1.</param>
/// <param name="GroupSelected">True if the rule is about the group asked for.</param>
/// <param name="Conditions">The conditions on the identity, checked.</param>
internal sealed record RuleMiss(string Policy, int Rule, bool GroupSelected, IReadOnlyList<ConditionResult> Conditions)
{
    /// <summary>How close it came: a rule about this group is closer than any that isn't.</summary>
    public double Score => (GroupSelected ? 100 : 0) + Share;

    /// <summary>Kinds of conditions that held.</summary>
    public IReadOnlyList<string> Matched => [.. Conditions.Where(c => c.Holds).Select(c => c.Kind)];

    private double Share => Conditions.Count == 0 ? 0 : Conditions.Count(c => c.Holds) + (1.0 / (1 + Conditions.Count(c => !c.Holds)));

    public static RuleMiss Of(string policy, int number, OnboardingPolicyRule rule, WorkloadIdentity identity, bool groupSelected) =>
        rule.Workloads
            .Select(w => new RuleMiss(policy, number, groupSelected, [.. IdentityConditions.Check(w, identity)]))
            .MaxBy(m => m.Share) ?? new RuleMiss(policy, number, groupSelected, []);

    public override string ToString()
    {
        // What failed comes last: it is what the reader looks for.
        IEnumerable<string> conditions = Conditions.OrderByDescending(c => c.Holds).Select(c => c.ToString());
        string group = GroupSelected ? "" : "; onboardTo selects other WorkloadGroups";
        return $"policy {Policy} rule {Rule}: {string.Join("; ", conditions)}{group}";
    }
}
