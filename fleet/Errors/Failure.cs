namespace Onboarding.Fleet.Errors;

/// <summary>A failure in plain values, as an error record needs it.</summary>
/// <param name="ErrorId">Stable name.</param>
/// <param name="Kind">What sort it is.</param>
/// <param name="Message">What was wrong, and where.</param>
/// <param name="NextStep">What to do about it; empty if there is nothing to say.</param>
public sealed record Failure(string ErrorId, FailureKind Kind, string Message, string NextStep);
