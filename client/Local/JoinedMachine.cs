namespace Onboarding.Client.Local;

/// <summary>A machine that joined.</summary>
/// <param name="Status">How it is.</param>
/// <param name="Elapsed">How long it took.</param>
public sealed record JoinedMachine(MachineStatus Status, TimeSpan Elapsed);
