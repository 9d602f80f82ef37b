using System.Text.Json.Serialization;

namespace Onboarding.Client.Flow;

/// <summary>What the agent keeps of its registration across restarts (<c>registration.json</c>).</summary>
/// <param name="PlaneUid">The plane that has it.</param>
/// <param name="Name">Name of the WorkloadAutoRegistration.</param>
/// <param name="Uid">Its uid: a new record of the same name is another registration.</param>
/// <param name="Address">The address in the WorkloadEntry.</param>
/// <param name="SpiffeId">Who the workload is in the mesh.</param>
/// <param name="Epoch">Number of the last session; 0 for none.</param>
public sealed record RegistrationRecord(string PlaneUid, string Name, string Uid, string Address, string SpiffeId, long Epoch)
{
    // What an OnboardingPlane that says nothing else has.
    private static readonly TimeSpan DefaultGracePeriod = TimeSpan.FromMinutes(5);

    /// <summary>Thumbprint of the key that registered; null in a file of an agent that didn't note it.</summary>
    public string? Key { get; init; }

    /// <summary>How long the plane keeps the records of a machine that it doesn't hear of; null if it never said.</summary>
    public TimeSpan? GracePeriod { get; init; }

    /// <summary>How long a machine is refused before its sidecar is stopped: as long as the plane keeps its records.</summary>
    [JsonIgnore]
    public TimeSpan RefusedPatience => GracePeriod ?? DefaultGracePeriod;
}
