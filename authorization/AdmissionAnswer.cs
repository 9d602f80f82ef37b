namespace Onboarding.Authorization;

/// <summary>What the policies of a namespace say. Why, says <see cref="PolicySet.Explain"/>.</summary>
public sealed record AdmissionAnswer
{
    /// <summary>True if the workload may join.</summary>
    public bool IsAllowed => Outcome == PolicyOutcome.Allowed;

    /// <summary>How the decision came about.</summary>
    public required PolicyOutcome Outcome { get; init; }

    /// <summary>The policy that decided: the first by name whose rule admits or denies; null if none did.</summary>
    public string? Policy { get; init; }

    /// <summary>Its rule, counted from 1, in <c>allow</c> or <c>deny</c>; 0 if no rule decided.</summary>
    public int Rule { get; init; }

    /// <summary>Label keys that the admitting rule lists: for these what the workload reports counts, even over the group's.</summary>
    public IReadOnlyCollection<string> GrantedLabels { get; init; } = [];
}
