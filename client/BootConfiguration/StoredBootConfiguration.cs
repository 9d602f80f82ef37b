namespace Onboarding.Client.BootConfiguration;

/// <summary>What a state directory has of one workload's boot configuration.</summary>
/// <param name="Workload">The group joined: <c>namespace/name</c>.</param>
/// <param name="Current">The one in force; null if there is none.</param>
/// <param name="Pending">The one that waits for its turn in a rollout; null if none does.</param>
public sealed record StoredBootConfiguration(string Workload, BootFiles? Current, BootFiles? Pending);
