using System.Globalization;
using Onboarding.Client.Processes;

namespace Onboarding.Client.Sidecar;

/// <summary>
/// Ends a sidecar whose owner is gone, of whichever kind. A service comes back and takes its sidecar over; a PowerShell session doesn't, and
/// its sidecar would go on for ever, on its ports and, if it is Istio's, with the machine's traffic redirected to it. A process of its own holds a pipe that only the owner has the other
/// end of: the kernel closes it, however the owner ends.
/// </summary>
internal sealed class SidecarGuard : IDisposable
{
    private const string Shell = "/bin/sh";

    // The state directory's lock keeps it from the sidecar of an owner that came after. A killed owner's own lock may outlive its pipe for a
    // moment: the kernel closes files one after the other. Without "--", which dash takes for a number there. The group is killed in any case: a wrapper may end at SIGTERM without a word to the
    // sidecar that it started.
    private const string Script =
        """
        exec >/dev/null 2>&1
        pid=$1 started=$2 drain=$3 lock=$4; shift 4
        read -r word && exit 0
        trap '' HUP INT TERM
        exec 9<>"$lock" || exit 0
        if command -v flock; then tries=5; until flock -n 9; do [ "$tries" -gt 0 ] || exit 0; tries=$((tries - 1)); sleep 1; done; fi
        runs() { read -r stat <"/proc/$pid/stat" && set -- ${stat##*) } && [ "$1" != Z ] && [ "${20}" = "$started" ]; }
        if runs; then
          kill -TERM "$pid"
          while runs && [ "$drain" -gt 0 ]; do sleep 1; drain=$((drain - 1)); done
          kill -KILL "-$pid"
        fi
        [ "$#" -eq 0 ] || exec "$@"
        """;

    private readonly ProcessGroup _process;

    private SidecarGuard(ProcessGroup process) => _process = process;

    /// <summary>Starts one for a sidecar.</summary>
    /// <param name="sidecar">The sidecar.</param>
    /// <param name="drain">How long it may drain.</param>
    /// <param name="ownerLock">The lock that an owner of the state directory holds.</param>
    /// <param name="undo">What undoes what the sidecar's start did to the machine; null if it did nothing.</param>
    public static SidecarGuard Start(ProcessIdentity sidecar, TimeSpan drain, string ownerLock, Launch? undo) =>
        new(ProcessGroup.Start(Command(sidecar, drain, ownerLock, undo), redirect: true));

    /// <summary>What is run; it waits for the end of its standard input.</summary>
    internal static Launch Command(ProcessIdentity sidecar, TimeSpan drain, string ownerLock, Launch? undo)
    {
        string Number(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
        return new Launch(Shell)
        {
            Arguments =
            [
                "-c", Script, "onboarding-sidecar-guard", Number(sidecar.ProcessId), Number(sidecar.StartTime),
                Number((long)Math.Ceiling(drain.TotalSeconds)), ownerLock,
                .. undo is null ? [] : (string[])[undo.Path, .. undo.Arguments],
            ],
            Environment = undo?.Environment ?? new Dictionary<string, string>(),
            WorkingDirectory = undo?.WorkingDirectory,
        };
    }

    /// <summary>Sends it home: the sidecar has ended, or its owner lets go of it on purpose.</summary>
    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }
}
