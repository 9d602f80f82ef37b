using Onboarding.Client.Native;
using Onboarding.Client.Sidecar.Istio;

namespace Onboarding.Client.Sidecar.RootPart;

/// <summary>Istio's sidecar for an agent that isn't root, beside the part of it that is.</summary>
internal static class UnitProgram
{
    /// <summary>True if this process may not start the sidecar itself, and there is one to ask.</summary>
    public static bool IsNeeded => LibC.EffectiveUserId() != 0 && File.Exists(RootPartClient.DefaultPath);

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
            // Not this user's to rename: logrotate has them.
            FindLogs = () => [.. IstioLogs.In(Root).Select(log => log with { IsRotated = false })],
        };
    }
}
