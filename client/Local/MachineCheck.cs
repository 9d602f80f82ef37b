namespace Onboarding.Client.Local;

/// <summary>A check of this machine and what it found, in plain values.</summary>
/// <param name="Status"><c>Pass</c>, <c>Warn</c>, <c>Fail</c> or <c>Skipped</c>.</param>
/// <param name="Category">What it is about.</param>
/// <param name="Name">Its name.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Remediation">What to do about it; empty if nothing is to be done.</param>
/// <param name="ErrorId">What a join would fail with; empty if it wouldn't.</param>
/// <param name="Reason">The plane's reason code; empty if it isn't the plane that said no.</param>
/// <param name="Explanation">What the plane said, and what came close.</param>
/// <param name="CorrelationId">By which the answer is found; empty if the plane didn't answer.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="DependsOn">Names of the checks it needs.</param>
public sealed record MachineCheck(
    string Status,
    string Category,
    string Name,
    string Detail,
    string Remediation,
    string ErrorId,
    string Reason,
    string Explanation,
    string CorrelationId,
    TimeSpan Duration,
    IReadOnlyList<string> DependsOn);
