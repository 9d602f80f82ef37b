using Onboarding.Client.Errors;

namespace Onboarding.Client.Checks;

/// <summary>What a check found.</summary>
/// <param name="Status">How it went.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Remediation">What to do about it; empty if nothing is to be done.</param>
/// <param name="ErrorId">What a join would fail with; empty if it wouldn't.</param>
internal sealed record CheckOutcome(CheckStatus Status, string Detail, string Remediation = "", string ErrorId = "")
{
    /// <summary>The plane's reason code; empty if it isn't the plane that said no.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What the plane said, and what came close; empty if nothing is to be explained.</summary>
    public string Explanation { get; init; } = "";

    /// <summary>By which the plane's side finds the answer; empty if the plane didn't answer.</summary>
    public string CorrelationId { get; init; } = "";

    public static CheckOutcome Pass(string detail) => new(CheckStatus.Pass, detail);

    public static CheckOutcome Warn(string detail, string remediation) => new(CheckStatus.Warn, detail, remediation);

    public static CheckOutcome Fail(OnboardingException failure) =>
        new(CheckStatus.Fail, failure.Message, failure.NextStep, RefusalErrors.IdOf(failure))
        {
            Reason = failure.Reason ?? "",
            Explanation = string.Join(
                " ", new[] { failure.Detail, failure.Matched is { Length: > 0 } matched ? $"Matched: {matched}." : null }.Where(t => t is { Length: > 0 })),
            CorrelationId = failure.CorrelationId ?? "",
        };

    public static CheckOutcome Fail(string errorId, string detail, string remediation) => new(CheckStatus.Fail, detail, remediation, errorId);

    public static CheckOutcome Skip(string detail) => new(CheckStatus.Skipped, detail);
}
