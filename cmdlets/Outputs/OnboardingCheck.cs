using Onboarding.Client.Checks;

namespace Onboarding.Cmdlets;

/// <summary>Something that must be right before this machine can join, and how it is.</summary>
public sealed class OnboardingCheck
{
    internal OnboardingCheck(OnboardingCheckResult check)
    {
        Status = check.Status.ToString();
        Category = check.Category;
        Name = check.Name;
        Detail = check.Detail;
        Remediation = check.Remediation;
        ErrorId = check.ErrorId;
        Reason = check.Reason;
        Explanation = check.Explanation;
        CorrelationId = check.CorrelationId;
        Duration = check.Duration;
        DependsOn = new FlatList<string>(check.DependsOn);
    }

    /// <summary><c>Pass</c>, <c>Warn</c>, <c>Fail</c>, or <c>Skipped</c> where it doesn't apply or what it needs failed.</summary>
    public string Status { get; }

    /// <summary>What it is about.</summary>
    public string Category { get; }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>What was found.</summary>
    public string Detail { get; }

    /// <summary>What to do about it; empty if nothing is to be done.</summary>
    public string Remediation { get; }

    /// <summary>What a join would fail with; empty if it wouldn't.</summary>
    public string ErrorId { get; }

    /// <summary>The plane's reason code; empty if it isn't the plane that said no.</summary>
    public string Reason { get; }

    /// <summary>What the plane said, and what came close; empty if nothing is to be explained.</summary>
    public string Explanation { get; }

    /// <summary>By which <c>Get-OnboardingStatus -CorrelationId</c> finds the plane's answer; empty if it didn't answer.</summary>
    public string CorrelationId { get; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; }

    /// <summary>Names of the checks it needs.</summary>
    public FlatList<string> DependsOn { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Status} {Name}";
}
