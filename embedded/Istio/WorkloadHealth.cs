namespace Onboarding.Embedded.Istio;

/// <summary>What a sidecar reported about its application.</summary>
/// <param name="Namespace">Namespace of the workload.</param>
/// <param name="WorkloadEntry">Name of its WorkloadEntry.</param>
/// <param name="Healthy">Whether it may get traffic.</param>
/// <param name="Message">Why not; empty when healthy.</param>
/// <param name="Time">When the report came in.</param>
public sealed record WorkloadHealth(string Namespace, string WorkloadEntry, bool Healthy, string Message, DateTimeOffset Time);
