namespace Onboarding.Client.Sidecar;

/// <summary>What a sidecar process is doing.</summary>
public enum SidecarState
{
    /// <summary>It wasn't started, or was stopped on purpose.</summary>
    Stopped,

    /// <summary>It runs and isn't ready yet.</summary>
    Starting,

    /// <summary>It runs and answers its readiness check.</summary>
    Ready,

    /// <summary>It can't be started, or ended by itself; it is about to be started again.</summary>
    Failed,
}
