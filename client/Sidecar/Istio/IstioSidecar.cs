namespace Onboarding.Client.Sidecar.Istio;

/// <summary>Istio's own sidecar, as its packages install it (Istio's <c>tools/packaging</c>).</summary>
internal static class IstioSidecar
{
    private const string Start = "usr/local/bin/istio-start.sh";
    private const string PilotAgent = "usr/local/bin/pilot-agent";

    /// <summary>How to start it.</summary>
    /// <param name="root">Root of the file system; <c>/</c> but for tests.</param>
    /// <param name="revision">Control-plane revision; null for the default one.</param>
    public static SidecarProgram Program(string root, string? revision) => new(Path.Combine(root, Start))
    {
        // pilot-agent's paths are relative (./etc/certs, ./etc/istio/proxy).
        WorkingDirectory = root,
        Readiness = new Uri("http://127.0.0.1:15020/healthz/ready"),
        Kind = "Istio",
        Certificates = new Uri("http://127.0.0.1:15000/certs"),
        ReadVersionAsync = new PilotAgentVersion(Path.Combine(root, PilotAgent), TimeSpan.FromSeconds(10)).ReadAsync,
        Revision = revision,
        Host = new IstioHost(root),
    };
}
