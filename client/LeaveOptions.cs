namespace Onboarding.Client;

/// <summary>How to leave the mesh.</summary>
/// <param name="Reason">Why, for the plane's audit log.</param>
/// <param name="PropagationDelay">How long the sidecar serves on after its records are gone; null for what the plane says.</param>
public sealed record LeaveOptions(string Reason = "agent stopped", TimeSpan? PropagationDelay = null);
