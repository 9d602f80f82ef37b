using Onboarding.Api;

namespace Onboarding.Client.Checks;

/// <summary>A check and what it found.</summary>
public sealed record OnboardingCheckResult
{
    /// <summary>What it is about, e.g. <c>Plane</c>.</summary>
    public required string Category { get; init => field = ForeignText.Clean(value); }

    /// <summary>Its name, unique among all.</summary>
    public required string Name { get; init => field = ForeignText.Clean(value); }

    /// <summary>How it went.</summary>
    public required CheckStatus Status { get; init; }

    /// <summary>What was found.</summary>
    public required string Detail { get; init => field = ForeignText.CleanLines(value); }

    /// <summary>What to do about it; empty if nothing is to be done.</summary>
    public required string Remediation { get; init => field = ForeignText.CleanLines(value); }

    /// <summary>What a join would fail with; empty if it wouldn't.</summary>
    public required string ErrorId { get; init => field = ForeignText.Clean(value); }

    /// <summary>The plane's reason code; empty if it isn't the plane that said no.</summary>
    public string Reason { get; init => field = ForeignText.Clean(value); } = "";

    /// <summary>What the plane said, and what came close; empty if nothing is to be explained.</summary>
    public string Explanation { get; init => field = ForeignText.CleanLines(value); } = "";

    /// <summary>By which <c>Get-OnboardingStatus -CorrelationId</c> finds the answer; empty if the plane didn't answer.</summary>
    public string CorrelationId { get; init => field = ForeignText.Clean(value); } = "";

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Names of the checks it needs.</summary>
    public required IReadOnlyList<string> DependsOn { get; init => field = [.. value.Select(ForeignText.Clean)]; }
}

/// <summary>How a check went.</summary>
public enum CheckStatus
{
    /// <summary>As it should be.</summary>
    Pass,

    /// <summary>The machine can join, and someone should look at it.</summary>
    Warn,

    /// <summary>The machine can't join, or its sidecar can't run.</summary>
    Fail,

    /// <summary>Not looked at: another check that it needs didn't pass, or it doesn't apply here.</summary>
    Skipped,
}
