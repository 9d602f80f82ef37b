namespace Onboarding.Fleet.Workloads;

/// <summary>How a member's sidecar is, as its agent told the plane.</summary>
public static class MemberSidecar
{
    /// <summary>It answers its readiness check.</summary>
    public const string Ready = nameof(Ready);

    /// <summary>It isn't ready yet.</summary>
    public const string Starting = nameof(Starting);

    /// <summary>It doesn't run, because no one started it or someone stopped it.</summary>
    public const string Stopped = nameof(Stopped);

    /// <summary>It can't be started, or ended by itself; its agent tries again.</summary>
    public const string Failed = nameof(Failed);

    /// <summary>Its agent isn't connected: no one knows.</summary>
    public const string Unknown = nameof(Unknown);
}
