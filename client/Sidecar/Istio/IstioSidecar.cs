using Microsoft.Extensions.Logging;

namespace Onboarding.Client.Sidecar.Istio;

/// <summary>Istio's own sidecar, as its packages install it (Istio's <c>tools/packaging</c>).</summary>
internal static class IstioSidecar
{
    /// <summary>Its <see cref="SidecarProgram.Kind"/>.</summary>
    public const string Kind = "Istio";

    /// <summary>What starts it, and undoes its redirection; below the root of the file system.</summary>
    public const string StartScript = "usr/local/bin/istio-start.sh";

    /// <summary>The program that starts Envoy; below the root of the file system.</summary>
    public const string PilotAgent = "usr/local/bin/pilot-agent";

    /// <summary>The proxy; below the root of the file system.</summary>
    public const string Envoy = "usr/local/bin/envoy";

    /// <summary>How to start it.</summary>
    /// <param name="root">Root of the file system; <c>/</c> but for tests.</param>
    /// <param name="revision">Control-plane revision; null for the default one.</param>
    /// <param name="stateDirectory">The agent's, where what has to be undone is kept.</param>
    /// <param name="logger">Where to log.</param>
    /// <param name="time">The clock.</param>
    public static SidecarProgram Program(string root, string? revision, string stateDirectory, ILogger logger, TimeProvider time)
    {
        Func<CancellationToken, Task<string>> version = new PilotAgentVersion(Path.Combine(root, PilotAgent), TimeSpan.FromSeconds(10)).ReadAsync;
        return new(Path.Combine(root, StartScript))
        {
            // pilot-agent's paths are relative (./etc/certs, ./etc/istio/proxy).
            WorkingDirectory = root,
            Readiness = new Uri("http://127.0.0.1:15020/healthz/ready"),
            Kind = Kind,
            // sudo, pilot-agent and Envoy, wherever ISTIO_BIN_BASE says that they are.
            Programs = [Path.Combine(root, StartScript), "/pilot-agent", "/envoy"],
            UserId = ProxyUser.Find(root)?.UserId,
            Certificates = IstioHost.Certificates,
            ReadVersionAsync = version,
            ReadPackage = () => InstalledFiles.Name(root),
            Kept = new KeptPrograms(root),
            Revision = revision,
            FindLogs = () => IstioLogs.In(root),
            Host = new IstioHost(root, stateDirectory, version, logger, time),
        };
    }
}
