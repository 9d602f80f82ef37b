using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Onboarding.AgentHost.Control;
using Onboarding.AgentHost.Logging;
using Onboarding.AgentHost.Systemd;
using Onboarding.Client;
using Onboarding.Client.Channel;
using Onboarding.Client.Configuration;
using Onboarding.Client.Control;
using Onboarding.Client.Errors;
using Onboarding.Client.Sidecar.Istio;

namespace Onboarding.AgentHost.Commands;

/// <summary>The agent as a service: runs with its configuration until a signal, leaves.</summary>
internal sealed partial class RunCommand(LoadedConfiguration loaded, string stateDirectory, string? controlSocket, LogFormat format, TextWriter errors)
{
    public async Task<int> RunAsync()
    {
        AgentGroup.Take();
        if (AgentGroup.IsHeld("/"))
        {
            NameLookups.UseTcp();
        }

        using var log = new AgentLog(errors, format, TimeProvider.System);
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
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        try
        {
            return await RunAsync(log, stop.Token, hurry.Token);
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

    private async Task<int> RunAsync(AgentLog log, CancellationToken stop, CancellationToken hurry)
    {
        using var memory = new StartupMemory(TimeProvider.System);
        await using OnboardingAgent agent = OnboardingAgent.Open(new OnboardingAgentOptions
        {
            Onboarding = loaded.Onboarding!,
            Agent = loaded.Agent!,
            RootCertificates = loaded.RootCertificates,
            StateDirectory = stateDirectory,
            AgentVersion = AgentVersion.Text,
            LoggerFactory = log,
            Progress = memory,
        });
        await using ControlServer? control = ControlServer.Start(controlSocket ?? ControlSocket.PathFor(stateDirectory), agent, log);
        using var systemd = SystemdNotifier.FromEnvironment(TimeProvider.System);
        // Ready means that it runs: whether the plane lets the machine in may take until someone writes a policy.
        systemd?.Ready();
        using CancellationTokenRegistration stopping = stop.Register(() => systemd?.Stopping());
        await agent.RunAsync(stop, hurry);
        return ExitCodes.Success;
    }
}
