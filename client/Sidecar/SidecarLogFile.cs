namespace Onboarding.Client.Sidecar;

/// <summary>A file that a sidecar's output goes to.</summary>
/// <param name="Path">The file.</param>
/// <param name="IsRotated">True if the agent keeps it small; an administrator's own file is the administrator's business.</param>
internal sealed record SidecarLogFile(string Path, bool IsRotated)
{
    /// <summary>The agent's own, in the workload's part of the state directory.</summary>
    public const string OwnName = "sidecar.log";
}
