namespace Onboarding.Client.State;

/// <summary>Who has a state directory.</summary>
/// <param name="ProcessId">Its process.</param>
/// <param name="Kind">What it is: <c>service</c>, <c>PowerShell</c>.</param>
public sealed record StateDirectoryOwner(int ProcessId, string Kind);
