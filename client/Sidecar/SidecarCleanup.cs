using Microsoft.Extensions.Logging;
using Onboarding.Client.Errors;
using Onboarding.Client.Sidecar.Istio;
using Onboarding.Client.State;

namespace Onboarding.Client.Sidecar;

/// <summary>
/// Undoes what an Istio sidecar left on this machine, where no agent is there to do it: after a crash of both, or when the packages are
/// removed.
/// </summary>
public static class SidecarCleanup
{
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(30);

    /// <summary>Cleans. A sidecar that still runs is an agent's to take over, and is left alone unless it is to be stopped.</summary>
    /// <param name="stateDirectory">The agent's state directory.</param>
    /// <param name="stop">True to stop a sidecar that still runs, and to remove what was installed for it.</param>
    /// <param name="loggers">Where to log.</param>
    /// <returns>What was done, for people.</returns>
    /// <exception cref="OnboardingException">
    /// <see cref="ErrorIds.StateDirectoryInUse"/>: an agent runs, and does it itself; <see cref="ErrorIds.RedirectionNotRemoved"/>.
    /// </exception>
    public static Task<string> RunAsync(string stateDirectory, bool stop, ILoggerFactory loggers) => RunAsync("/", stateDirectory, stop, loggers);

    internal static async Task<string> RunAsync(string root, string stateDirectory, bool stop, ILoggerFactory loggers)
    {
        // Its lock keeps an agent from starting a sidecar in the middle. Where it was removed with the agent, the rules may still be there.
        using StateDirectory? state = Directory.Exists(stateDirectory) ? StateDirectory.Open(stateDirectory, "sidecar clean") : null;
        foreach (RunningSidecar sidecar in Running(stateDirectory))
        {
            using (sidecar)
            {
                if (!stop)
                {
                    return StillRuns(sidecar.Identity);
                }

                await EndAsync(sidecar);
            }
        }

        SidecarProgram program = IstioSidecar.Program(root, revision: null, stateDirectory, loggers.CreateLogger<IstioHost>(), TimeProvider.System);
        // Of whichever group it is.
        var stray = new StraySidecar(program, Path.Combine(stateDirectory, "workloads", "any", "boot", "current"));
        if (!stop && stray.Find() is [{ } process, ..])
        {
            return StillRuns(process);
        }

        await stray.StopAsync(Drain, TimeProvider.System, CancellationToken.None);
        var host = new IstioHost(root, stateDirectory, program.ReadVersionAsync, loggers.CreateLogger<IstioHost>(), TimeProvider.System);
        await host.CleanAsync();
        if (stop)
        {
            await host.RemoveAsync();
        }

        return stop ? "redirection undone, installed files removed" : "redirection undone";
    }

    private static string StillRuns(ProcessIdentity process) =>
        $"nothing cleaned: sidecar process {process.ProcessId} runs; to stop it: onboarding-agent sidecar clean --stop";

    private static IEnumerable<RunningSidecar> Running(string stateDirectory)
    {
        string workloads = Path.Combine(stateDirectory, "workloads");
        return Directory.Exists(workloads)
            ? Directory.GetDirectories(workloads)
                .Select(directory => new SidecarRecordFile(directory).Read())
                .OfType<SidecarRecord>()
                .Select(record => RunningSidecar.Adopt(new ProcessIdentity(record.ProcessId, record.StartTime)))
                .OfType<RunningSidecar>()
            : [];
    }

    private static async Task EndAsync(RunningSidecar sidecar)
    {
        sidecar.Terminate();
        using var patience = new CancellationTokenSource(Drain);
        try
        {
            await sidecar.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            sidecar.Kill();
            await sidecar.WaitForExitAsync(CancellationToken.None);
        }
    }
}
