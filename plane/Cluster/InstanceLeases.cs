namespace Onboarding.Plane.Cluster;

/// <summary>
/// The Leases by which endpoint instances say that they live. Registrations' <c>connectedTo</c> names the instance; instances share
/// nothing else, and a dead one's sessions are found by its Lease running out.
/// </summary>
internal static class InstanceLeases
{
    /// <summary>What their names begin with.</summary>
    public const string Prefix = "onboarding-instance-";

    /// <summary>How long an instance counts as alive after its last renewal.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(30);

    /// <summary>Name of an instance's Lease.</summary>
    public static string NameOf(string instance) => Prefix + instance;
}
