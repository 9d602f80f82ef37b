namespace Onboarding.Client.Flow;

/// <summary>What the agent keeps of its registration across restarts (<c>registration.json</c>).</summary>
/// <param name="PlaneUid">The plane that has it.</param>
/// <param name="Name">Name of the WorkloadAutoRegistration.</param>
/// <param name="Uid">Its uid: a new record of the same name is another registration.</param>
/// <param name="Address">The address in the WorkloadEntry.</param>
/// <param name="SpiffeId">Who the workload is in the mesh.</param>
/// <param name="Epoch">Number of the last session; 0 for none.</param>
public sealed record RegistrationRecord(string PlaneUid, string Name, string Uid, string Address, string SpiffeId, long Epoch);
