namespace Onboarding.Fleet.Workloads;

/// <summary>Where a workload is.</summary>
public static class MemberPhase
{
    /// <summary>Registered; its agent hasn't connected yet.</summary>
    public const string Registered = nameof(Registered);

    /// <summary>Its agent holds a session.</summary>
    public const string Connected = nameof(Connected);

    /// <summary>Its agent holds a session and its sidecar is ready; only in a status.</summary>
    public const string Healthy = nameof(Healthy);

    /// <summary>Its agent is gone, and the grace period runs.</summary>
    public const string Lost = nameof(Lost);

    /// <summary>It was registered and isn't any more; only while it is watched.</summary>
    public const string Gone = nameof(Gone);

    /// <summary>It asked and was refused; only in a status.</summary>
    public const string Refused = nameof(Refused);
}
