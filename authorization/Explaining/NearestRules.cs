using Onboarding.Authorization.Rules;

namespace Onboarding.Authorization.Explaining;

/// <summary>
/// Of many rules the few that a workload comes closest to. One pass that keeps no more than it returns: a refusal among ten
/// thousand policies must not cost the plane much more than a decision does.
/// </summary>
internal sealed class NearestRules
{
    private readonly CompiledRule[] _rules;
    private readonly double[] _scores;
    private int _count;

    private NearestRules(int most)
    {
        _rules = new CompiledRule[most];
        _scores = new double[most];
    }

    /// <summary>The rules, the closest first; of rules that are equally close those that come first.</summary>
    public ReadOnlySpan<CompiledRule> Rules => _rules.AsSpan(0, _count);

    /// <summary>The rule in which most conditions on the identity hold; null if none does in any.</summary>
    public CompiledRule? MostMatched { get; private set; }

    public static NearestRules Find(CompiledRule[] rules, AdmissionQuestion question, int most)
    {
        NearestRules nearest = new(most);
        int matched = 0;
        foreach (CompiledRule rule in rules)
        {
            Closeness closeness = rule.Measure(question);
            nearest.Take(rule, closeness.Score);
            if (closeness.Matched > matched)
            {
                nearest.MostMatched = rule;
                matched = closeness.Matched;
            }
        }

        return nearest;
    }

    private void Take(CompiledRule rule, double score)
    {
        if (_count == _rules.Length && score <= _scores[^1])
        {
            return;
        }

        int at = _count < _rules.Length ? _count++ : _count - 1;
        for (; at > 0 && _scores[at - 1] < score; at--)
        {
            _scores[at] = _scores[at - 1];
            _rules[at] = _rules[at - 1];
        }

        _scores[at] = score;
        _rules[at] = rule;
    }
}
