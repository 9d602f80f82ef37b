using Onboarding.Api;

namespace Onboarding.Client.Errors;

/// <summary>
/// A failure as a person should see it: what was wrong and where in <see cref="Exception.Message"/>, what to do about it in
/// <see cref="NextStep"/>, and a stable name for scripts and documentation in <see cref="ErrorId"/>.
/// </summary>
public sealed class OnboardingException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="errorId">One of <see cref="ErrorIds"/>.</param>
    /// <param name="message">What was wrong, and where.</param>
    /// <param name="nextStep">The next command to run, or what to change.</param>
    /// <param name="innerException">What it comes from.</param>
    public OnboardingException(string errorId, string message, string nextStep, Exception? innerException = null)
        // What was wrong quotes files, programs and planes; Get-Error shows it without going through anything else of ours.
        : base(ForeignText.CleanLines(message), innerException)
    {
        ErrorId = errorId;
        NextStep = ForeignText.CleanLines(nextStep);
    }

    /// <summary>One of <see cref="ErrorIds"/>.</summary>
    public string ErrorId { get; }

    /// <summary>The next command to run, or what to change.</summary>
    public string NextStep { get; }

    /// <summary>The plane's reason code, if the plane refused.</summary>
    public string? Reason { get; init; }

    /// <summary>What finds the plane's decision in its audit log, if the plane refused.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>What the plane said, if it refused.</summary>
    public string? Detail { get; init; }

    /// <summary>The kinds of conditions that matched, if a policy came close.</summary>
    public string? Matched { get; init; }

    /// <summary>True if the plane refused by valid policies, groups and namespaces: that holds until people change those.</summary>
    public bool IsFinal { get; init; }

    /// <summary>How long the plane asked to wait before the next attempt.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>All of it on one line.</summary>
    public string Describe() => $"[{ErrorId}] {Message} Next: {NextStep}";
}

/// <summary>What to do next where several failures ask for the same.</summary>
internal static class NextSteps
{
    /// <summary>The plane failed: the cause is in its log, wherever it was deployed (docs/operations.md names the label).</summary>
    public const string PlaneLog =
        "look at the plane's log, where it runs in a cluster: kubectl logs -A -l app.kubernetes.io/name=onboarding-endpoint --tail 100";
}
