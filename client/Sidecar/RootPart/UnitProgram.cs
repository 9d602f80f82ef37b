using Onboarding.Client.Errors;
using Onboarding.Client.Native;
using Onboarding.Client.Sidecar.Istio;

namespace Onboarding.Client.Sidecar.RootPart;

/// <summary>Istio's sidecar for an agent that isn't root, beside the part of it that is.</summary>
internal static class UnitProgram
{
    /// <summary>True if this process may not start the sidecar itself, and there is one to ask.</summary>
    public static bool IsNeeded => LibC.EffectiveUserId() != 0 && File.Exists(RootPartClient.DefaultPath);

    /// <summary>True if Istio's start script can't work as a child of this process: neither is it root, nor may sudo make it so.</summary>
    /// <param name="userId">The process's user.</param>
    /// <param name="status">The text of <c>/proc/self/status</c>.</param>
    public static bool CannotBeChild(uint userId, string status) => userId != 0 && status.Contains("NoNewPrivs:\t1", StringComparison.Ordinal);

    /// <summary>The same sidecar, which is not started as a child: half of its start would be done, and the redirection missing.</summary>
    /// <param name="program">As root would start it.</param>
    public static SidecarProgram Refused(SidecarProgram program) => program with
    {
        Refusal = new OnboardingException(
            ErrorIds.SidecarFailed,
            "The sidecar can't be started as a process of the agent: this agent isn't root, and its unit lets it become no one else. "
                + $"The part of it that runs as root isn't there: {RootPartClient.DefaultPath}.",
            "sudo systemctl start onboarding-agent-root.socket; sudo systemctl restart onboarding-agent"),
    };

    /// <summary>The same sidecar, started as <c>istio.service</c>.</summary>
    /// <param name="program">As root would start it.</param>
    /// <param name="stateDirectory">The agent's.</param>
    /// <param name="time">The clock.</param>
    public static SidecarProgram StartedAsUnit(SidecarProgram program, string stateDirectory, TimeProvider time)
    {
        const string Root = "/";
        var client = new RootPartClient(RootPartClient.DefaultPath);
        // The certificate is the sidecar's user's; Envoy tells when it ends.
        var identity = new ProxyIdentity(Root, new SecretsDirectory(Root, stateDirectory), () => null, IstioHost.Certificates, time);
        return program with
        {
            StartUnitAsync = _ => UnitSidecar.StartAsync(client, time),
            Host = new UnitHost(client, identity),
            // Root's to start, and root starts what is installed.
            Kept = null,
            // Not this user's to rename: logrotate has them.
            FindLogs = () => [.. IstioLogs.In(Root).Select(log => log with { IsRotated = false })],
        };
    }
}
