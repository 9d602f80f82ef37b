using System.Collections.Immutable;
using Onboarding.Authorization.Rules;

namespace Onboarding.Authorization.Explaining;

/// <summary>
/// Says why a decision came about. Every rule is asked how close it came, by the conditions that decided; only those that came
/// closest are written out, so that a refusal among ten thousand policies costs little more than looking at them.
/// </summary>
internal static class Explainer
{
    private const int MostRules = 20;
    private const int MostNotes = 5;

    public static PolicyExplanation Explain(
        PolicyDecision decision, AdmissionQuestion question, ImmutableSortedDictionary<string, CompiledPolicy> policies)
    {
        if (decision.IsAllowed)
        {
            // Looks at nothing but the rule that admitted: every join is explained in the audit log.
            RuleFinding admitting = policies[decision.Policy!].Allow[decision.Rule - 1].Find(question);
            return new PolicyExplanation { Decision = decision, Summary = admitting.ToString(), Rules = [admitting], Matched = admitting.Matched };
        }

        CompiledPolicy[] all = [.. policies.Values];
        IReadOnlyList<CompiledRule> rules = Rules(decision, question, all, out int leftOut);
        RuleFinding[] findings = [.. rules.Select(rule => rule.Find(question))];
        List<string> notes = [.. NotesOf(decision, all)];
        if (leftOut > 0)
        {
            notes.Add($"{leftOut} more rules came less close");
        }

        return new PolicyExplanation
        {
            Decision = decision,
            Summary = all.Length == 0 ? "the namespace has no policy" : Summary(decision, findings, notes),
            Rules = findings,
            Notes = notes,
            Matched = Matched(question, all),
        };
    }

    // What decided, where a rule did; else those that came closest.
    private static IReadOnlyList<CompiledRule> Rules(PolicyDecision decision, AdmissionQuestion question, CompiledPolicy[] policies, out int leftOut)
    {
        leftOut = 0;
        if (decision.Outcome == PolicyOutcome.Denied)
        {
            return [policies.First(p => p.Name == decision.Policy).Deny[decision.Rule - 1]];
        }

        if (decision.Outcome == PolicyOutcome.Closed)
        {
            return [];
        }

        CompiledRule[] rules = [.. policies.SelectMany(p => p.Allow)];
        leftOut = Math.Max(0, rules.Length - MostRules);
        double[] scores = [.. rules.Select(rule => -rule.Score(question))];

        // Stable: of rules that came equally close, the first by name and number.
        return [.. Enumerable.Range(0, rules.Length).OrderBy(i => scores[i]).ThenBy(i => i).Take(MostRules).Select(i => rules[i])];
    }

    private static IEnumerable<string> NotesOf(PolicyDecision decision, CompiledPolicy[] policies)
    {
        if (decision.Outcome == PolicyOutcome.NoGroup)
        {
            yield return "there is no such WorkloadGroup";
        }

        IEnumerable<CompiledPolicy> broken = policies.Where(p => p.Source.Spec is null).OrderByDescending(p => p.Closes);
        foreach (CompiledPolicy policy in broken.Take(MostNotes))
        {
            yield return policy.Closes
                ? $"policy {policy.Name} has deny rules and is invalid, so its namespace admits nobody: {policy.Problems}"
                : $"policy {policy.Name} is invalid and admits nobody: {policy.Problems}";
        }
    }

    private static string Summary(PolicyDecision decision, RuleFinding[] findings, List<string> notes) => decision.Outcome switch
    {
        PolicyOutcome.Closed or PolicyOutcome.NoGroup => notes[0],
        _ when findings.Length > 0 => findings[0].ToString(),
        _ => notes.Find(note => note.StartsWith("policy ", StringComparison.Ordinal)) ?? "no policy of the namespace allows anything",
    };

    private static IReadOnlyList<string> Matched(AdmissionQuestion question, CompiledPolicy[] policies)
    {
        CompiledRule? best = null;
        int most = 0;
        foreach (CompiledRule rule in policies.SelectMany(p => p.Allow))
        {
            int matched = rule.CountMatched(question.Identity);
            if (matched > most)
            {
                (best, most) = (rule, matched);
            }
        }

        return best?.Find(question with { MembersBefore = null }).Matched ?? [];
    }
}
