using Onboarding.Client.Errors;

namespace Onboarding.Client.Checks;

/// <summary>What a check found.</summary>
/// <param name="Status">How it went.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Remediation">What to do about it; empty if nothing is to be done.</param>
/// <param name="ErrorId">What a join would fail with; empty if it wouldn't.</param>
internal sealed record CheckOutcome(CheckStatus Status, string Detail, string Remediation = "", string ErrorId = "")
{
    public static CheckOutcome Pass(string detail) => new(CheckStatus.Pass, detail);

    public static CheckOutcome Warn(string detail, string remediation) => new(CheckStatus.Warn, detail, remediation);

    public static CheckOutcome Fail(OnboardingException failure) =>
        new(CheckStatus.Fail, failure.Message, failure.NextStep, RefusalErrors.IdOf(failure));

    public static CheckOutcome Fail(string errorId, string detail, string remediation) => new(CheckStatus.Fail, detail, remediation, errorId);

    public static CheckOutcome Skip(string detail) => new(CheckStatus.Skipped, detail);
}
