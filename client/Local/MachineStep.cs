namespace Onboarding.Client.Local;

/// <summary>A step of this machine's way.</summary>
/// <param name="Time">When.</param>
/// <param name="Elapsed">Since it was told to join.</param>
/// <param name="Name">Its name, e.g. <c>Registered</c>.</param>
/// <param name="Message">What happened.</param>
public sealed record MachineStep(DateTimeOffset Time, TimeSpan Elapsed, string Name, string Message);
