namespace Onboarding.Client.Processes;

/// <summary>The agent as a service of this machine, and what to tell of it: only what is there can be started.</summary>
internal static class AgentService
{
    private const string Name = "onboarding-agent";

    // systemd.unit(5), the directories of the system manager.
    private static readonly string[] UnitDirectories =
        ["/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"];

    /// <summary>The command that starts it here.</summary>
    public static string HowToStart => HowToStartIn("/", Executables.Find(Name));

    /// <summary>What keeps a session that a PowerShell process owns.</summary>
    public static string HowToKeep => HasUnitIn("/") || Executables.Find(Name) is not null
        ? $"To keep it: end it here (Unregister-MeshWorkload -Local), and {HowToStart}"
        : "To keep it, keep this process; docs/operations.md says how an agent is set up";

    /// <summary>The command that starts it.</summary>
    /// <param name="root">Root of the file system.</param>
    /// <param name="program">Where the agent's program is; null if it isn't installed.</param>
    public static string HowToStartIn(string root, string? program) =>
        HasUnitIn(root) ? $"sudo systemctl start {Name}"
        : program is not null ? $"sudo {program} run"
        : $"no {Name} is installed on this machine: docs/operations.md says how one is set up";

    private static bool HasUnitIn(string root) =>
        UnitDirectories.Any(directory => File.Exists(Path.Combine(root, directory.TrimStart('/'), $"{Name}.service")));
}
