namespace Onboarding.Client.Local;

/// <summary>What went wrong on this machine.</summary>
/// <param name="ErrorId">Stable name, as error records have it.</param>
/// <param name="Message">What, and where.</param>
/// <param name="NextStep">What to do about it.</param>
/// <param name="CorrelationId">Finds the plane's decision; null if it made none.</param>
public sealed record MachineFailure(string ErrorId, string Message, string NextStep, string? CorrelationId);
