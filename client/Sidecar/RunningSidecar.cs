using System.ComponentModel;
using System.Diagnostics;
using Onboarding.Client.Errors;
using Onboarding.Client.Native;
using Onboarding.Client.Processes;

namespace Onboarding.Client.Sidecar;

/// <summary>
/// A sidecar process: one this agent started, or one left behind by an agent that was killed. (.NET can't ask the kernel to
/// end a child with its parent, and for a sidecar it would be wrong: traffic should survive a crash of the agent.)
/// </summary>
internal sealed class RunningSidecar : ISidecarProcess
{
    /// <summary>The variable that tells a sidecar where its boot configuration is.</summary>
    public const string BootDirectoryVariable = "ONBOARDING_BOOT_DIRECTORY";

    private const string Shell = "/bin/sh";

    // Opens the files itself: with pipes, a killed agent would take the sidecar's output, then the sidecar, with it.
    // Nothing of it may read what people type into a console either.
    private const string RedirectScript =
        """out=$1 err=$2; shift 2; exec </dev/null; [ -z "$out" ] || exec >>"$out"; [ -z "$err" ] || exec 2>>"$err"; exec "$@" """;

    private readonly Process _process;
    private readonly bool _isChild;

    private RunningSidecar(Process process, ProcessIdentity identity, bool isChild)
    {
        _process = process;
        _isChild = isChild;
        Identity = identity;
    }

    public ProcessIdentity Identity { get; }

    /// <summary>When it started; null if it has ended already.</summary>
    public DateTimeOffset? StartedAt
    {
        get
        {
            try
            {
                return _process.StartTime.ToUniversalTime();
            }
            catch (Exception e) when (e is InvalidOperationException or Win32Exception)
            {
                return null;
            }
        }
    }

    /// <summary>Makes sure that there is something to start.</summary>
    /// <exception cref="OnboardingException"><see cref="ErrorIds.SidecarNotInstalled"/>, or why this process can't start it.</exception>
    public static void Require(SidecarProgram program)
    {
        if (!Executables.IsExecutable(program.Path))
        {
            throw new OnboardingException(
                ErrorIds.SidecarNotInstalled,
                $"The sidecar can't be started: there is no executable {program.Path}.",
                $"ls -l {program.Path}; then install the package istio-sidecar, or correct sidecar.command.path");
        }

        if (program.Refusal is { } refusal)
        {
            throw new OnboardingException(refusal.ErrorId, refusal.Message, refusal.NextStep, refusal);
        }
    }

    /// <summary>Starts one.</summary>
    /// <exception cref="OnboardingException"><see cref="ErrorIds.SidecarNotInstalled"/> or <see cref="ErrorIds.SidecarFailed"/>.</exception>
    public static RunningSidecar Start(SidecarProgram program, string bootDirectory)
    {
        Require(program);
        var launch = new Launch(program.Path)
        {
            Arguments = program.Arguments,
            Environment = new Dictionary<string, string>(program.Environment) { [BootDirectoryVariable] = bootDirectory },
            WorkingDirectory = program.WorkingDirectory,
        };
        if (program.StandardOutput is not null || program.StandardError is not null)
        {
            launch = launch with
            {
                Path = Shell,
                Arguments =
                [
                    "-c", RedirectScript, "onboarding-sidecar", program.StandardOutput ?? "", program.StandardError ?? "",
                    program.Path, .. program.Arguments,
                ],
            };
        }

        try
        {
            Process process = ProcessGroup.Start(launch, redirect: false).Process;
            // A process that ended at once has no start time any more; what follows then sees that it has ended.
            return new RunningSidecar(process, ProcessIdentity.Find(process.Id) ?? new ProcessIdentity(process.Id, 0), isChild: true);
        }
        catch (Win32Exception e)
        {
            throw new OnboardingException(
                ErrorIds.SidecarFailed, $"The sidecar can't be started: {program.Path}: {e.Message}.", $"file {program.Path}", e);
        }
    }

    /// <summary>Takes over one that runs already; null if it has ended.</summary>
    public static RunningSidecar? Adopt(ProcessIdentity identity)
    {
        try
        {
            return identity.IsAlive ? new RunningSidecar(Process.GetProcessById(identity.ProcessId), identity, isChild: false) : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Waits until it has ended.</summary>
    /// <returns>Its exit code, if this agent may know it.</returns>
    public async Task<int?> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        // sudo can't pass SIGKILL on: what it had started would keep the sidecar's ports. No one else can have the group's number, as
        // long as one of its members runs.
        Signals.SendToGroup(Identity.ProcessId, Signals.Kill);
        return _isChild ? _process.ExitCode : null;
    }

    /// <summary>Asks it to drain and end.</summary>
    public void Terminate()
    {
        if (Identity.IsAlive)
        {
            Signals.Send(Identity.ProcessId, Signals.Terminate);
        }
    }

    /// <summary>Ends it and all it started.</summary>
    public void Kill()
    {
        if (Identity.IsAlive && !Signals.SendToGroup(Identity.ProcessId, Signals.Kill))
        {
            Signals.Send(Identity.ProcessId, Signals.Kill);
        }
    }

    public void Dispose() => _process.Dispose();
}
