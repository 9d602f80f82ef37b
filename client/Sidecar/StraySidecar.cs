using System.Globalization;
using Onboarding.Client.Native;

namespace Onboarding.Client.Sidecar;

/// <summary>
/// A sidecar that no record names: the agent was killed between its start and its record, or what it had started was killed and left
/// pilot-agent behind. It holds the sidecar's ports and goes on renewing its certificate, so the next start has to find it.
/// </summary>
/// <param name="program">The sidecar.</param>
/// <param name="bootDirectory">Where it reads its boot configuration.</param>
internal sealed class StraySidecar(SidecarProgram program, string bootDirectory)
{
    private const string Mark = $"{RunningSidecar.BootDirectoryVariable}=";
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    // A machine has one sidecar of Istio's: one that was started for another group from the same state directory is in the way, too.
    private readonly string? _workloads = Ancestor(bootDirectory, 3) is { } directory && Path.GetFileName(directory) == "workloads" ? directory + "/" : null;

    /// <summary>
    /// Its processes: of the agent's user or the sidecar's, running the sidecar's programs, with the mark that this agent's starts leave in
    /// their environment. All three: a mark can be set by anybody, and a user or a program alone is also another's.
    /// </summary>
    public IReadOnlyList<ProcessIdentity> Find() =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out int id) ? id : 0)
            .Where(id => id > 1 && id != Environment.ProcessId && IsOurs(id))
            .Select(ProcessIdentity.Find)
            .OfType<ProcessIdentity>(),
    ];

    /// <summary>Stops it: it may drain, and is killed after that.</summary>
    /// <param name="drain">How long it may drain.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the waiting; it is left as it is then.</param>
    /// <returns>The processes that there were.</returns>
    public async Task<IReadOnlyList<ProcessIdentity>> StopAsync(TimeSpan drain, TimeProvider time, CancellationToken cancellationToken)
    {
        IReadOnlyList<ProcessIdentity> found = Find();
        // Its own children are its to end: Envoy drains when pilot-agent tells it to.
        foreach (ProcessIdentity process in found.Where(p => p.IsAlive && !found.Any(parent => parent.ProcessId == p.ParentId)))
        {
            Signals.Send(process.ProcessId, Signals.Terminate);
        }

        long told = time.GetTimestamp();
        while (found.Any(p => p.IsAlive) && time.GetElapsedTime(told) < drain)
        {
            await Task.Delay(BetweenLooks, time, cancellationToken);
        }

        foreach (ProcessIdentity process in found.Concat(Find()).Where(p => p.IsAlive))
        {
            Signals.Send(process.ProcessId, Signals.Kill);
        }

        return found;
    }

    private bool IsOurs(int processId)
    {
        try
        {
            return UserOf(processId) is { } user
                && (user == LibC.EffectiveUserId() || user == program.UserId)
                && Read(processId, "environ").Split('\0').Any(IsMarked)
                && Read(processId, "cmdline").Replace('\0', ' ') is { } command
                && program.Programs.Any(name => command.Contains(name, StringComparison.Ordinal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended, or is another's.
            return false;
        }
    }

    private bool IsMarked(string variable) =>
        variable.StartsWith(Mark, StringComparison.Ordinal)
        && (variable[Mark.Length..] == bootDirectory
            || (_workloads is not null && variable[Mark.Length..].StartsWith(_workloads, StringComparison.Ordinal)));

    private static uint? UserOf(int processId) =>
        Read(processId, "status").Split('\n').FirstOrDefault(line => line.StartsWith("Uid:", StringComparison.Ordinal))?.Split('\t') is [_, _, { } effective, ..]
        && uint.TryParse(effective, CultureInfo.InvariantCulture, out uint id)
            ? id
            : null;

    private static string Read(int processId, string name) =>
        File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/{name}"));

    private static string? Ancestor(string path, int levels)
    {
        string? found = path;
        for (int i = 0; i < levels; i++)
        {
            found = Path.GetDirectoryName(found);
        }

        return found;
    }
}
