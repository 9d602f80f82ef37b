namespace Onboarding.Endpoint.Authorization;

/// <summary>What the policies of a namespace say about one workload and one group.</summary>
internal sealed record PolicyDecision
{
    /// <summary>True if some rule admits.</summary>
    public bool IsAllowed => Policy is not null;

    /// <summary>The policy that admits; null if none does.</summary>
    public string? Policy { get; init; }

    /// <summary>The rule in it, counted from 1.</summary>
    public int Rule { get; init; }

    /// <summary>
    /// Kinds of conditions on the identity that held in the rule that came closest; the caller may learn them. Nothing about the
    /// group is among them: whether it exists is not the caller's business.
    /// </summary>
    public IReadOnlyList<string> Matched { get; init; } = [];

    /// <summary>The rule that came closest, and what it lacked; for operators.</summary>
    public string? NearestMiss { get; init; }

    /// <summary>Every rule that was looked at, closest first; for operators.</summary>
    public IReadOnlyList<string> Explanation { get; init; } = [];
}
