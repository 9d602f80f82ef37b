using Onboarding.Api;

namespace Onboarding.Fleet.Policies;

/// <summary>What policies say of a workload and a group.</summary>
public sealed record Decision
{
    /// <summary>Who, on one line.</summary>
    public required string Subject { get; init => field = ForeignText.Clean(value); }

    /// <summary>Who, as JSON.</summary>
    public required string IdentityJson { get; init; }

    /// <summary>Namespace of the group.</summary>
    public required string Namespace { get; init => field = ForeignText.Clean(value); }

    /// <summary>The group.</summary>
    public required string Group { get; init => field = ForeignText.Clean(value); }

    /// <summary>True if it may join.</summary>
    public required bool Admitted { get; init; }

    /// <summary>How it came about: <c>Allowed</c>, <c>NoRule</c>, <c>Denied</c>, <c>Closed</c>, <c>NoGroup</c>.</summary>
    public required string Outcome { get; init => field = ForeignText.Clean(value); }

    /// <summary>The policy that decided; null if none did.</summary>
    public string? Policy { get; init => field = ForeignText.CleanIfAny(value); }

    /// <summary>Its rule, counted from 1; null if none decided.</summary>
    public int? Rule { get; init; }

    /// <summary>If it may not: the rule that came closest, and what it lacked.</summary>
    public string? NearestMiss { get; init => field = ForeignText.CleanLinesIfAny(value); }

    /// <summary>All that was looked at, the decisive first.</summary>
    public IReadOnlyList<string> Explanation { get; init => field = [.. value.Select(ForeignText.Clean)]; } = [];
}
