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

    /// <param name="decision">The decision to explain.</param>
    /// <param name="question">The question it answers.</param>
    /// <param name="policies">All policies, by name.</param>
    /// <param name="broken">Those of them that can't be read.</param>
    /// <param name="allow">All their rules that allow, by policy and number.</param>
    public static PolicyExplanation Explain(
        AdmissionAnswer decision,
        AdmissionQuestion question,
        ImmutableSortedDictionary<string, CompiledPolicy> policies,
        IEnumerable<CompiledPolicy> broken,
        Func<CompiledRule[]> allow)
    {
        if (decision.IsAllowed)
        {
            // Looks at nothing but the rule that admitted: every join is explained in the audit log.
            RuleFinding admitting = policies[decision.Policy!].Allow[decision.Rule - 1].Find(question);
            return new PolicyExplanation
            {
                Decision = decision,
                Summary = admitting.ToString(),
                Rules = [admitting],
                Notes = [.. DroppedLabels(decision, question)],
                Matched = admitting.Matched,
            };
        }

        CompiledRule[] rules = allow();
        NearestRules nearest = NearestRules.Find(rules, question, MostRules);

        // What decided, where a rule did; else those that came closest.
        RuleFinding[] findings = decision.Outcome switch
        {
            PolicyOutcome.Closed => [],
            PolicyOutcome.Denied => [policies[decision.Policy!].Deny[decision.Rule - 1].Find(question)],
            _ => [.. nearest.Rules.ToArray().Select(rule => rule.Find(question))],
        };
        List<string> notes = [.. NotesOf(decision, broken)];
        if (decision.Outcome is PolicyOutcome.NoRule or PolicyOutcome.NoGroup && rules.Length > findings.Length)
        {
            notes.Add($"{rules.Length - findings.Length} more rules came less close");
        }

        return new PolicyExplanation
        {
            Decision = decision,
            Summary = policies.Count == 0 ? $"0 policies in {question.Namespace ?? "the namespace"}; deny is the default." : Summary(decision, findings, notes),
            Rules = findings,
            Notes = notes,
            IsByValidPolicies = !broken.Any(),
            Matched = nearest.MostMatched?.Find(question with { MembersBefore = null }).Matched ?? [],
        };
    }

    private static IEnumerable<string> DroppedLabels(AdmissionAnswer decision, AdmissionQuestion question)
    {
        if (question.Labels is { } reported && ReportedLabels.Divide(reported, decision.GrantedLabels).Dropped is { Count: > 0 } dropped)
        {
            yield return $"labels that the machine reports and that no rule opens are dropped: {string.Join(", ", dropped)} "
                + $"(name them under labels of rule {decision.Rule} of policy {decision.Policy})";
        }
    }

    private static IEnumerable<string> NotesOf(AdmissionAnswer decision, IEnumerable<CompiledPolicy> broken)
    {
        if (decision.Outcome == PolicyOutcome.NoGroup)
        {
            yield return "there is no such WorkloadGroup";
        }

        foreach (CompiledPolicy policy in broken.OrderByDescending(p => p.Closes).Take(MostNotes))
        {
            yield return policy.Closes
                ? $"policy {policy.Name} has deny rules and is invalid, so its namespace admits no workload: {policy.Problems}"
                : $"policy {policy.Name} is invalid and admits no workload: {policy.Problems}";
        }
    }

    private static string Summary(AdmissionAnswer decision, RuleFinding[] findings, List<string> notes) => decision.Outcome switch
    {
        PolicyOutcome.Closed or PolicyOutcome.NoGroup => notes[0],
        _ when findings.Length > 0 => findings[0].ToString(),
        _ => notes.Find(note => note.StartsWith("policy ", StringComparison.Ordinal)) ?? "no policy of the namespace allows anything",
    };
}
