using System.Diagnostics;

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
        Version = Version(Path.Combine(root, PilotAgent)),
        Revision = revision,
        Host = new IstioHost(root),
    };

    private static string Version(string pilotAgent)
    {
        const string unknown = "unknown";
        if (!Processes.Executables.IsExecutable(pilotAgent))
        {
            return unknown;
        }

        var info = new ProcessStartInfo(pilotAgent, ["version", "--short"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(info)!;
        // Registering must not hang on it; the version is for people.
        if (!process.WaitForExit(TimeSpan.FromSeconds(5)))
        {
            process.Kill(entireProcessTree: true);
            return unknown;
        }

        string? text = process.ExitCode == 0 ? process.StandardOutput.ReadLine()?.Trim() : null;
        return text is { Length: > 0 and <= 128 } ? text : unknown;
    }
}
