namespace Onboarding.Authorization;

/// <summary>What one rule says of a workload: of its matchers the one that came closest.</summary>
public sealed record RuleFinding
{
    /// <summary>Name of the policy.</summary>
    public required string Policy { get; init; }

    /// <summary>The rule, counted from 1.</summary>
    public required int Rule { get; init; }

    /// <summary>What the rule does.</summary>
    public required RuleEffect Effect { get; init; }

    /// <summary>True if the rule is about the group asked for.</summary>
    public required bool SelectsGroup { get; init; }

    /// <summary>Conditions on the identity.</summary>
    public required IReadOnlyList<ConditionResult> Identity { get; init; }

    /// <summary>Conditions beyond it that could be checked: <c>notAfter</c>, <c>addressCidrs</c>, <c>labels</c>, <c>maxMembers</c>.</summary>
    public required IReadOnlyList<ConditionResult> Constraints { get; init; }

    /// <summary>True if everything holds: the rule admits or denies.</summary>
    public bool Applies => SelectsGroup && Identity.All(c => c.Holds) && Constraints.All(c => c.Holds);

    /// <summary>Kinds of conditions on the identity that hold.</summary>
    public IReadOnlyList<string> Matched => [.. Identity.Where(c => c.Holds).Select(c => c.Kind)];

    /// <summary>Conditions that don't hold.</summary>
    public IReadOnlyList<ConditionResult> Failed => [.. Identity.Concat(Constraints).Where(c => !c.Holds)];

    /// <summary>
    /// The rule on one line, e.g. <c>policy web rule 1: aws.accounts matched; aws.ec2.iamRoleNames is "web-old", not "web"</c>.
    /// </summary>
    public override string ToString()
    {
        // What failed comes last: it is what the reader looks for.
        IEnumerable<string> conditions = Identity.Concat(Constraints).OrderByDescending(c => c.Holds).Select(c => c.ToString());
        string group = SelectsGroup ? "" : "; onboardTo selects other WorkloadGroups";
        return $"policy {Policy} {(Effect == RuleEffect.Deny ? "deny " : "")}rule {Rule}: {string.Join("; ", conditions)}{group}";
    }
}

/// <summary>What a rule does with those it matches.</summary>
public enum RuleEffect
{
    /// <summary>Admits.</summary>
    Allow = 0,

    /// <summary>Keeps out, whatever others allow.</summary>
    Deny,
}
