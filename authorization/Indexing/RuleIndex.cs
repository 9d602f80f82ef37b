using System.Collections.Immutable;
using Onboarding.Authorization.Rules;

namespace Onboarding.Authorization.Indexing;

/// <summary>
/// Finds the few rules that can be about a workload and a group among all of a namespace. Immutable; a change shares what it
/// doesn't touch. Each rule lies where the fewest others lie at the time it is added, so an attribute or label that all
/// policies have in common costs nothing as long as they differ in another.
/// </summary>
internal sealed class RuleIndex
{
    private readonly ImmutableDictionary<RuleKey, ImmutableArray<CompiledRule>> _rules;
    private readonly ImmutableDictionary<CompiledRule, ImmutableArray<RuleKey>> _places;

    private RuleIndex(
        ImmutableDictionary<RuleKey, ImmutableArray<CompiledRule>> rules, ImmutableDictionary<CompiledRule, ImmutableArray<RuleKey>> places)
    {
        _rules = rules;
        _places = places;
    }

    public static RuleIndex Empty { get; } = new(
        ImmutableDictionary<RuleKey, ImmutableArray<CompiledRule>>.Empty,
        ImmutableDictionary.Create<CompiledRule, ImmutableArray<RuleKey>>(ReferenceEqualityComparer.Instance));

    /// <summary>The index with these rules too.</summary>
    public RuleIndex Add(IReadOnlyList<CompiledRule> rules)
    {
        if (rules.Count == 0)
        {
            return this;
        }

        ImmutableDictionary<RuleKey, ImmutableArray<CompiledRule>>.Builder index = _rules.ToBuilder();
        ImmutableDictionary<CompiledRule, ImmutableArray<RuleKey>>.Builder places = _places.ToBuilder();
        foreach (CompiledRule rule in rules)
        {
            ImmutableArray<RuleKey> keys = [.. PlacesOf(rule, index).Distinct()];
            places[rule] = keys;
            foreach (RuleKey key in keys)
            {
                index[key] = index.TryGetValue(key, out ImmutableArray<CompiledRule> others) ? Insert(others, rule) : [rule];
            }
        }

        return new RuleIndex(index.ToImmutable(), places.ToImmutable());
    }

    /// <summary>The index without these rules.</summary>
    public RuleIndex Remove(IReadOnlyList<CompiledRule> rules)
    {
        if (rules.Count == 0)
        {
            return this;
        }

        ImmutableDictionary<RuleKey, ImmutableArray<CompiledRule>>.Builder index = _rules.ToBuilder();
        ImmutableDictionary<CompiledRule, ImmutableArray<RuleKey>>.Builder places = _places.ToBuilder();
        foreach (CompiledRule rule in rules)
        {
            foreach (RuleKey key in places[rule])
            {
                ImmutableArray<CompiledRule> left = index[key].Remove(rule, ReferenceEqualityComparer.Instance);
                if (left.IsEmpty)
                {
                    index.Remove(key);
                }
                else
                {
                    index[key] = left;
                }
            }

            places.Remove(rule);
        }

        return new RuleIndex(index.ToImmutable(), places.ToImmutable());
    }

    /// <summary>Of the rules that apply the first, by name of the policy and number.</summary>
    public CompiledRule? FirstThatApplies(AdmissionQuestion question)
    {
        if (_rules.IsEmpty)
        {
            return null;
        }

        CompiledRule? first = null;
        foreach (IndexKey identity in IdentityKeys.ForIdentity(question.Identity))
        {
            Look(new RuleKey(identity, GroupKeys.Any.Label, GroupKeys.Any.Value), question, ref first);
            foreach ((string label, string value) in question.GroupLabels ?? new Dictionary<string, string>())
            {
                Look(new RuleKey(identity, label, value), question, ref first);
            }
        }

        return first;
    }

    private void Look(RuleKey key, AdmissionQuestion question, ref CompiledRule? first)
    {
        if (!_rules.TryGetValue(key, out ImmutableArray<CompiledRule> rules))
        {
            return;
        }

        // In order: the first that applies here is the only one that can come before the first found elsewhere.
        foreach (CompiledRule rule in rules)
        {
            if (first is not null && Compare(rule, first) >= 0)
            {
                return;
            }

            if (rule.Applies(question))
            {
                first = rule;
                return;
            }
        }
    }

    private static IEnumerable<RuleKey> PlacesOf(CompiledRule rule, ImmutableDictionary<RuleKey, ImmutableArray<CompiledRule>>.Builder index)
    {
        IReadOnlyList<IReadOnlyList<(string Label, string Value)>>[] groups =
            rule.Groups.Count == 0 ? [[[GroupKeys.Any]]] : [.. rule.Groups.Select(GroupKeys.Alternatives)];
        foreach (IReadOnlyList<IReadOnlyList<IndexKey>> identities in rule.Matchers.Select(MatcherKeys.Alternatives))
        {
            foreach (IReadOnlyList<IReadOnlyList<(string Label, string Value)>> labels in groups)
            {
                // Emptiest first; of equally empty ones the one with fewer places, then the more particular.
                RuleKey[] best = identities
                    .SelectMany(i => labels.Select(g => i.SelectMany(key => g.Select(l => new RuleKey(key, l.Label, l.Value))).ToArray()))
                    .MinBy(keys => (keys.Max(key => index.TryGetValue(key, out ImmutableArray<CompiledRule> others) ? others.Length : 0), keys.Length))!;
                foreach (RuleKey key in best)
                {
                    yield return key;
                }
            }
        }
    }

    private static ImmutableArray<CompiledRule> Insert(ImmutableArray<CompiledRule> rules, CompiledRule rule)
    {
        int low = 0;
        int high = rules.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (Compare(rules[middle], rule) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return rules.Insert(low, rule);
    }

    private static int Compare(CompiledRule one, CompiledRule other) =>
        string.CompareOrdinal(one.Policy, other.Policy) is not 0 and int names ? names : one.Number - other.Number;
}

/// <summary>Where a rule is found: by something of the identity and a label of the group.</summary>
/// <param name="Identity">What the identity must have.</param>
/// <param name="Label">Key of a label the group must have; empty: any group.</param>
/// <param name="Value">Its value.</param>
internal readonly record struct RuleKey(IndexKey Identity, string Label, string Value);
