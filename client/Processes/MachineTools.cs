namespace Onboarding.Client.Processes;

/// <summary>
/// The administrator's programs: found in the system's own directories, never by <c>PATH</c>, as the agent runs them as root.
/// </summary>
/// <param name="root">Root of the file system; <c>/</c> but for tests.</param>
internal sealed class MachineTools(string root)
{
    private static readonly string[] Directories = ["usr/sbin", "sbin", "usr/bin", "bin", "usr/local/sbin"];

    // iptables waits that long for its lock, which every other user of it holds for moments.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Where a program is; null if it isn't installed.</summary>
    public string? Find(string name) => Directories.Select(d => Path.Combine(root, d, name)).FirstOrDefault(Executables.IsExecutable);

    /// <summary>Runs one to its end.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="arguments">Its arguments.</param>
    public static Task<FinishedCommand> RunAsync(string program, params IReadOnlyList<string> arguments) => FinishedCommand.RunAsync(
        // What it prints is read by a program; LC_ALL keeps it from being translated.
        new Launch(program) { Arguments = arguments, Environment = new Dictionary<string, string> { ["LC_ALL"] = "C" } }, Patience);
}
