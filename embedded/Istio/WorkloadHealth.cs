namespace Onboarding.Embedded.Istio;

/// <summary>What a sidecar reported about its application.</summary>
/// <param name="Healthy">Whether it may get traffic.</param>
/// <param name="Message">Why not; empty when healthy.</param>
/// <param name="Time">When the report came in.</param>
public sealed record WorkloadHealth(bool Healthy, string Message, DateTimeOffset Time);
