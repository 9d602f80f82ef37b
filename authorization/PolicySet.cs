using System.Collections.Immutable;
using Onboarding.Api.Identity;
using Onboarding.Api.Policies;
using Onboarding.Authorization.Explaining;
using Onboarding.Authorization.Indexing;
using Onboarding.Authorization.Rules;

namespace Onboarding.Authorization;

/// <summary>
/// The policies of one namespace, compiled. Immutable: a decision reads one state of it and takes no lock, and a change makes
/// another from it at the cost of the changed policy alone. What it decides is a function of the policies and the question
/// (docs/policies.md): deny by default, any rule admits, any deny rule keeps out, and what can't be read admits no one.
/// </summary>
public sealed class PolicySet
{
    private readonly ImmutableSortedDictionary<string, CompiledPolicy> _policies;
    private readonly RuleIndex _allow;
    private readonly RuleIndex _deny;
    private readonly ImmutableSortedDictionary<string, CompiledPolicy> _broken;
    private readonly Lazy<CompiledRule[]> _allowInOrder;

    private PolicySet(
        ImmutableSortedDictionary<string, CompiledPolicy> policies,
        RuleIndex allow,
        RuleIndex deny,
        ImmutableSortedDictionary<string, CompiledPolicy> broken)
    {
        _policies = policies;
        _allow = allow;
        _deny = deny;
        _broken = broken;
        _allowInOrder = new Lazy<CompiledRule[]>(() => [.. policies.Values.SelectMany(policy => policy.Allow)]);
    }

    /// <summary>No policies: no one is admitted.</summary>
    public static PolicySet Empty { get; } = new(
        ImmutableSortedDictionary.Create<string, CompiledPolicy>(StringComparer.Ordinal),
        RuleIndex.Empty,
        RuleIndex.Empty,
        ImmutableSortedDictionary.Create<string, CompiledPolicy>(StringComparer.Ordinal));

    /// <summary>The policies, by name.</summary>
    public IEnumerable<OnboardingPolicy> Policies => _policies.Values.Select(p => p.Source);

    /// <summary>How many policies there are.</summary>
    public int Count => _policies.Count;

    /// <summary>The policies of one namespace. Of two with one name the later counts.</summary>
    /// <param name="policies">The policies; their namespaces are not looked at.</param>
    public static PolicySet Compile(IEnumerable<OnboardingPolicy> policies)
    {
        ArgumentNullException.ThrowIfNull(policies);
        return policies.Aggregate(Empty, (set, policy) => set.With(policy));
    }

    /// <summary>The set with this policy, in place of the one of its name if there is one.</summary>
    /// <param name="policy">The policy.</param>
    public PolicySet With(OnboardingPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        PolicySet others = Without(policy.Metadata.Name);
        var compiled = new CompiledPolicy(policy);
        return new PolicySet(
            others._policies.SetItem(compiled.Name, compiled),
            others._allow.Add(compiled.Allow),
            others._deny.Add(compiled.Deny),
            policy.Spec is null ? others._broken.Add(compiled.Name, compiled) : others._broken);
    }

    /// <summary>The set without the policy of this name.</summary>
    /// <param name="name">Name of a policy; it needn't be there.</param>
    public PolicySet Without(string name) => _policies.TryGetValue(name, out CompiledPolicy? policy)
        ? new PolicySet(_policies.Remove(name), _allow.Remove(policy.Allow), _deny.Remove(policy.Deny), _broken.Remove(name))
        : this;

    /// <summary>Decides.</summary>
    /// <param name="question">The question.</param>
    public AdmissionAnswer Decide(AdmissionQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);

        // The index is asked even if there is no group: a caller can't tell the two apart by the time it takes.
        CompiledRule? denying = _deny.FirstThatApplies(question);
        if (question.GroupLabels is not null && denying is { } denied)
        {
            // First: a member keeps its last decision while a policy is invalid, but not against a rule that can be read.
            return new AdmissionAnswer { Outcome = PolicyOutcome.Denied, Policy = denied.Policy, Rule = denied.Number };
        }

        // What can't be read may have been meant to keep a workload out: until it is repaired, no newcomer gets in.
        if (!_broken.IsEmpty && _broken.Values.FirstOrDefault(policy => policy.Closes) is { } closing)
        {
            return new AdmissionAnswer { Outcome = PolicyOutcome.Closed, Policy = closing.Name };
        }

        CompiledRule? admitting = _allow.FirstThatApplies(question);
        return (question.GroupLabels, admitting) switch
        {
            (null, _) => new AdmissionAnswer { Outcome = PolicyOutcome.NoGroup },
            (_, { } rule) => new AdmissionAnswer
            {
                Outcome = PolicyOutcome.Allowed,
                Policy = rule.Policy,
                Rule = rule.Number,
                GrantedLabels = rule.GrantedLabels,
            },
            _ => new AdmissionAnswer { Outcome = PolicyOutcome.NoRule },
        };
    }

    /// <summary>Decides and says why, by the same conditions.</summary>
    /// <param name="question">The question.</param>
    /// <returns>The explanation, with the decision in it.</returns>
    public PolicyExplanation Explain(AdmissionQuestion question) => Explainer.Explain(Decide(question), question, _policies, _broken.Values, () => _allowInOrder.Value);

    /// <summary>How many of these members a policy and each of its <c>allow</c> rules match, by identity and group.</summary>
    /// <param name="policy">Name of a policy of this set.</param>
    /// <param name="members">Members of the namespace.</param>
    public MemberCounts CountMembers(string policy, IReadOnlyCollection<PolicyMember> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        if (!_policies.TryGetValue(policy, out CompiledPolicy? compiled))
        {
            return new MemberCounts(0, []);
        }

        int[] rules = [.. compiled.Allow.Select(rule => members.Count(rule.Counts))];
        return new MemberCounts(rules.Length == 1 ? rules[0] : members.Count(member => compiled.Allow.Any(rule => rule.Counts(member))), rules);
    }
}

/// <summary>How many members a policy has.</summary>
/// <param name="Members">Members that some rule matches.</param>
/// <param name="Rules">Members that each rule of <c>allow</c> matches; one that two match counts for both.</param>
public sealed record MemberCounts(int Members, IReadOnlyList<int> Rules);

/// <summary>A member of the namespace, as <c>maxMembers</c> counts it.</summary>
/// <param name="Identity">The identity that policies are asked about.</param>
/// <param name="GroupLabels">Labels of its WorkloadGroup object.</param>
public sealed record PolicyMember(WorkloadIdentity Identity, IReadOnlyDictionary<string, string> GroupLabels);
