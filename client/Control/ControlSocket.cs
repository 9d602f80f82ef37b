using Onboarding.Client.Sidecar.Istio;
using Onboarding.Client.State;

namespace Onboarding.Client.Control;

/// <summary>Where an agent's control socket is.</summary>
public static class ControlSocket
{
    /// <summary>Names another path, for agent and clients alike.</summary>
    public const string EnvironmentVariable = "ONBOARDING_AGENT_SOCKET";

    /// <summary>The socket of the agent service.</summary>
    public const string DefaultPath = "/run/onboarding-agent/agent.sock";

    /// <summary>The group whose members may use it.</summary>
    public const string Group = AgentGroup.OfCallers;

    // sun_path of sockaddr_un(7), with its final zero.
    private const int LongestPath = 107;

    /// <summary>The socket of the agent that has a state directory: the default one's is below <c>/run</c>, any other's is in it.</summary>
    /// <param name="stateDirectory">The state directory.</param>
    public static string PathFor(string stateDirectory)
    {
        ArgumentException.ThrowIfNullOrEmpty(stateDirectory);
        if (Environment.GetEnvironmentVariable(EnvironmentVariable) is { Length: > 0 } named)
        {
            return named;
        }

        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(stateDirectory));
        return full == StateDirectory.DefaultPath ? DefaultPath : Path.Combine(full, "agent.sock");
    }

    /// <summary>True if the system takes a socket of that path.</summary>
    /// <param name="path">The path.</param>
    public static bool IsUsable(string path) => System.Text.Encoding.UTF8.GetByteCount(path) <= LongestPath;
}
