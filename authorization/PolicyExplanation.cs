namespace Onboarding.Authorization;

/// <summary>Why policies decided as they did; for operators, in full.</summary>
public sealed record PolicyExplanation
{
    /// <summary>The decision that is explained.</summary>
    public required AdmissionAnswer Decision { get; init; }

    /// <summary>In one line: what admitted or kept out, or the rule that came closest and what it lacked.</summary>
    public required string Summary { get; init; }

    /// <summary>The rules that came closest, the closest first; at most 20.</summary>
    public required IReadOnlyList<RuleFinding> Rules { get; init; }

    /// <summary>What else there is to know: a group that doesn't exist, policies that can't be read, rules left out.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>
    /// Kinds of conditions on the identity that hold in the rule where most do. All of an explanation that a caller may learn:
    /// nothing about the group is in it, for whether that exists is not the caller's business.
    /// </summary>
    public IReadOnlyList<string> Matched { get; init; } = [];

    /// <summary>
    /// True if nothing that can't be read had a part in the decision: it is what people wrote, and no mistake in the middle of being made.
    /// </summary>
    public bool IsByValidPolicies { get; init; } = true;

    /// <summary>Everything, a line each, the decisive first.</summary>
    public IReadOnlyList<string> Lines => [.. Notes.Where(_ => Decision.Outcome is PolicyOutcome.NoGroup or PolicyOutcome.Closed),
        .. Rules.Select(r => r.ToString()),
        .. Notes.Where(_ => Decision.Outcome is not (PolicyOutcome.NoGroup or PolicyOutcome.Closed))];
}
