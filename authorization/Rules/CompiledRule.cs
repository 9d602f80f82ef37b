using System.Net;
using Onboarding.Api.Identity;
using Onboarding.Api.Policies;

namespace Onboarding.Authorization.Rules;

/// <summary>A rule made ready.</summary>
internal sealed class CompiledRule
{
    private readonly CompiledMatcher[] _workloads;
    private readonly CompiledSelector[] _groups;
    private readonly Constraints _constraints;

    private CompiledRule(
        string policy,
        int number,
        RuleEffect effect,
        IReadOnlyList<WorkloadIdentityMatcher> workloads,
        IReadOnlyList<WorkloadGroupMatcher> groups,
        Constraints constraints)
    {
        Policy = policy;
        Number = number;
        Effect = effect;
        Matchers = workloads;
        Groups = groups;
        _workloads = [.. workloads.Select(matcher => new CompiledMatcher(matcher, effect))];
        _groups = [.. groups.Select(group => new CompiledSelector(group.WorkloadGroupSelector))];
        _constraints = constraints;
    }

    /// <summary>Name of its policy.</summary>
    public string Policy { get; }

    /// <summary>The rule in <c>allow</c> or <c>deny</c>, counted from 1.</summary>
    public int Number { get; }

    public RuleEffect Effect { get; }

    /// <summary>Whom it is about, as written; the index is made of it.</summary>
    public IReadOnlyList<WorkloadIdentityMatcher> Matchers { get; }

    /// <summary>Which groups it is about, as written; none in <c>deny</c>: every group.</summary>
    public IReadOnlyList<WorkloadGroupMatcher> Groups { get; }

    /// <summary>Labels that a workload may set by this rule whatever the group says.</summary>
    public IReadOnlyCollection<string> GrantedLabels => _constraints.ListedLabels;

    public static CompiledRule Allow(string policy, int number, OnboardingPolicyRule rule) =>
        new(policy, number, RuleEffect.Allow, rule.Workloads, rule.OnboardTo, new Constraints(rule.NotAfter, Networks(rule.AddressCidrs))
        {
            CheckLabels = true,
            Labels = rule.Labels,
            MaxMembers = rule.MaxMembers,
        });

    public static CompiledRule Deny(string policy, int number, DenyRule rule) =>
        new(policy, number, RuleEffect.Deny, rule.Workloads, rule.OnboardTo, new Constraints(rule.NotAfter, Networks(rule.AddressCidrs)));

    /// <summary>True if the rule admits or denies: who, where to, and every constraint that can be checked already.</summary>
    public bool Applies(AdmissionQuestion question) =>
        Selects(question.GroupLabels) && MatchesIdentity(question.Identity) && !IsLeftOpen(question) && _constraints.Hold(question, this);

    /// <summary>True if it is about the group.</summary>
    public bool Selects(IReadOnlyDictionary<string, string>? groupLabels)
    {
        if (groupLabels is null)
        {
            return false;
        }

        foreach (CompiledSelector selector in _groups)
        {
            if (selector.Matches(groupLabels))
            {
                return true;
            }
        }

        return Effect == RuleEffect.Deny && _groups.Length == 0;
    }

    /// <summary>True if it is about the workload.</summary>
    public bool MatchesIdentity(WorkloadIdentity identity)
    {
        foreach (CompiledMatcher matcher in _workloads)
        {
            if (matcher.Matches(identity))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True if a member counts for the rule's <c>maxMembers</c>: by identity and group.</summary>
    public bool Counts(PolicyMember member) => Selects(member.GroupLabels) && MatchesIdentity(member.Identity);

    /// <summary>How close the workload comes to it; a rule about this group is closer than any that isn't.</summary>
    public Closeness Measure(AdmissionQuestion question)
    {
        Closeness best = default;
        foreach (CompiledMatcher matcher in _workloads)
        {
            Closeness closeness = matcher.Measure(question.Identity);
            best = new Closeness(Math.Max(best.Score, closeness.Score), Math.Max(best.Matched, closeness.Matched));
        }

        return best with { Score = (Selects(question.GroupLabels) ? 100 : 0) + best.Score };
    }

    /// <summary>What the rule says, with every value. Constraints are looked at only where the identity matches.</summary>
    public RuleFinding Find(AdmissionQuestion question) => new()
    {
        Policy = Policy,
        Rule = Number,
        Effect = Effect,
        SelectsGroup = Selects(question.GroupLabels),
        Identity = _workloads.MaxBy(matcher => matcher.Measure(question.Identity).Score)?.Check(question.Identity) ?? [],
        Constraints = MatchesIdentity(question.Identity) ? [.. _constraints.Check(question, this)] : [],
    };

    // While the address isn't known a rule that denies some addresses can't deny: the complete question will be asked.
    private bool IsLeftOpen(AdmissionQuestion question) =>
        Effect == RuleEffect.Deny && question.Address is null && _constraints.AsksForAddress;

    private static IPNetwork[] Networks(IReadOnlyList<string> cidrs) => [.. cidrs.Select(cidr => IPNetwork.Parse(cidr))];
}

/// <summary>How close a workload comes to a rule.</summary>
/// <param name="Score">The higher the closer; 0 if nothing holds.</param>
/// <param name="Matched">The most conditions on the identity, the platform left out, that hold in one of the rule's matchers.</param>
internal readonly record struct Closeness(double Score, int Matched);
