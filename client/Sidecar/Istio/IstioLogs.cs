using Onboarding.Client.Sidecar.Istio.Redirection;

namespace Onboarding.Client.Sidecar.Istio;

/// <summary>
/// Where Istio's start script sends what pilot-agent and Envoy print, access logs among it. It appends, and nothing of Istio's ever makes
/// the files shorter. The script's own output (environment, rules) goes to the agent's file.
/// </summary>
internal static class IstioLogs
{
    private static readonly string[] Names = ["istio.log", "istio.err.log"];

    /// <summary>The files.</summary>
    /// <param name="root">Root of the file system; <c>/</c> but for tests.</param>
    public static IReadOnlyList<SidecarLogFile> In(string root) =>
        [.. Names.Select(name => new SidecarLogFile(Path.Combine(root, SidecarEnvironment.Installed(root).Logs, name), IsRotated: true))];
}
