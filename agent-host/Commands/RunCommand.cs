using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Onboarding.AgentHost.Control;
using Onboarding.AgentHost.Identity;
using Onboarding.AgentHost.Logging;
using Onboarding.AgentHost.Systemd;
using Onboarding.Client;
using Onboarding.Client.Channel;
using Onboarding.Client.Configuration;
using Onboarding.Client.Control;
using Onboarding.Client.Errors;
using Onboarding.Client.PluginPart;
using Onboarding.Client.Sidecar.Istio;

namespace Onboarding.AgentHost.Commands;

/// <summary>The agent as a service: runs with its configuration until a signal, leaves. SIGHUP has it go on with what its files say then.</summary>
internal sealed partial class RunCommand(
    Func<LoadedConfiguration> load, string stateDirectory, string? controlSocket, LogFormat format, TextWriter errors)
{
    private readonly Continuation _continuation = new();

    public async Task<int> RunAsync()
    {
        LoadedConfiguration loaded = load();
        AgentGroup.Take();
        if (AgentGroup.IsHeld("/"))
        {
            NameLookups.UseTcp();
        }

        using var log = new AgentLog(errors, format, TimeProvider.System, JournalStream.IsStandardError);
        ILogger logger = log.CreateLogger("Onboarding.Agent");
        if (loaded.Errors.Any())
        {
            foreach (FileProblem problem in loaded.Problems)
            {
                await errors.WriteLineAsync(problem.ToString());
            }

            await errors.WriteLineAsync(
                $"[{loaded.ErrorId}] The agent doesn't start: {loaded.Errors.Count()} error(s) in its configuration. Next: {loaded.NextStep}");
            return ExitCodes.Configuration;
        }

        foreach (FileProblem warning in loaded.Problems)
        {
            LogWarning(logger, warning.ToString());
        }

        LogStarting(logger, AgentVersion.Text, Environment.ProcessId, loaded.OnboardingPlace, loaded.AgentPlace);
        using var stop = new CancellationTokenSource();
        using var hurry = new CancellationTokenSource();
        void OnSignal(PosixSignalContext signal)
        {
            // The runtime would end the process; the agent has to leave the mesh first.
            signal.Cancel = true;
            LogSignal(logger, signal.Signal.ToString());
            (stop.IsCancellationRequested ? hurry : stop).Cancel();
        }

        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        var reload = new Reload(load, logger);
        using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, reload.OnSignal);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        try
        {
            if (await RunAsync(loaded, log, reload.Wanted, stop.Token, hurry.Token))
            {
                LogNotContinued(logger, _continuation.Execute());
                return ExitCodes.Failure;
            }

            return ExitCodes.Success;
        }
        catch (OnboardingException e)
        {
            LogFailed(logger, e.Describe());
            return ExitCodes.Failure;
        }
        finally
        {
            LogStopped(logger);
        }
    }

    /// <returns>True if it is to go on as the program and with the configuration of now.</returns>
    private async Task<bool> RunAsync(LoadedConfiguration loaded, AgentLog log, Task reload, CancellationToken stop, CancellationToken hurry)
    {
        using var systemd = SystemdNotifier.FromEnvironment(TimeProvider.System);
        using var memory = new StartupMemory(TimeProvider.System);
        var options = new OnboardingAgentOptions
        {
            Onboarding = loaded.Onboarding!,
            Agent = loaded.Agent!,
            RootCertificates = loaded.RootCertificates,
            StateDirectory = stateDirectory,
            AgentVersion = AgentVersion.Text,
            LoggerFactory = log,
            PluginSocket = PluginPartClient.PathIfUsable,
            Progress = new SystemdStatus(systemd, memory),
        };
        await using OnboardingAgent agent = OnboardingAgent.Open(options with { CreateNotices = options.FindNotices });
        string socket = controlSocket ?? ControlSocket.PathFor(stateDirectory);
        await using ControlServer? control = ControlServer.Start(socket, agent, log, memory.Settle);
        await using IdentityServer? identity = IdentityServer.Start(loaded.Agent!.MeshIdentity, agent.Identity, socket, log, memory.Settle);
        // Ready means that it runs: whether the plane lets the machine in may take until someone writes a policy.
        systemd?.Ready();
        await using CancellationTokenRegistration stopping = stop.Register(() => systemd?.Stopping());
        Task running = agent.RunAsync(stop, hurry);
        if (await Task.WhenAny(running, reload) == running || stop.IsCancellationRequested)
        {
            await running;
            return false;
        }

        systemd?.Reloading();
        return true;
    }
}
