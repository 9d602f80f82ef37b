using System.Collections.Concurrent;
using Onboarding.Api.Configuration;
using Onboarding.Client;
using Onboarding.Client.Events;
using Onboarding.Testing;

namespace Onboarding.Tests.Integration.ClientTests;

/// <summary>An agent that runs against a <see cref="FakePlane"/>, and what it told on its way.</summary>
internal sealed class RunningAgent : IAsyncDisposable, IProgress<OnboardingStep>
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _hurry = new();
    private readonly ConcurrentQueue<OnboardingStep> _steps = new();
    private readonly OnboardingAgent _agent;
    private readonly Task _run;

    private RunningAgent(OnboardingAgentOptions options)
    {
        _agent = OnboardingAgent.Open(options with { Progress = this });
        _run = Task.Run(() => _agent.RunAsync(_stop.Token, _hurry.Token));
    }

    public IReadOnlyCollection<OnboardingStep> Steps => _steps;

    public IReadOnlyList<OnboardingPhase> Phases => [.. _steps.Select(s => s.Phase)];

    public static RunningAgent Start(OnboardingAgentOptions options) => new(options);

    /// <summary>Options for a plane, with a plugin and a sidecar that are scripts in the directory.</summary>
    public static OnboardingAgentOptions Options(TemporaryDirectory directory, FakePlane plane, TestLog log, bool withSidecar = true)
    {
        File.WriteAllText(directory["ca.pem"], plane.Certificates.AuthorityPem);
        File.WriteAllText(directory["machine-id"], "0123456789abcdef0123456789abcdef\n");
        string sidecar = withSidecar ? ShellScript.Sidecar(directory) : "/bin/true";
        return new OnboardingAgentOptions
        {
            Onboarding = Onboarding(directory, plane.Port),
            Agent = new AgentConfiguration
            {
                Host = new HostEnvironment
                {
                    Custom = new CustomHost
                    {
                        Credential = [new CredentialSource { Plugin = new PluginConfiguration { Name = "demo", Path = ShellScript.Plugin(directory) } }],
                        Hostinfo = new HostInfoSource
                        {
                            Basic = new BasicHostInfo { NetworkInterfaces = new NetworkInterfaceFilter { Include = ["^lo"] } },
                        },
                    },
                },
                Sidecar = new SidecarConfiguration { Command = new SidecarCommand { Path = sidecar } },
            },
            StateDirectory = directory["state"],
            MachineIdPath = directory["machine-id"],
            LoggerFactory = log,
            TimeProvider = plane.Time,
            // As short as waits can be; they are still waits, so that nothing spins.
            Random = () => plane.Time is FakeTimeProvider ? 0 : 0.02,
        };
    }

    public static OnboardingConfiguration Onboarding(TemporaryDirectory directory, int port, string host = "localhost", string? sni = null) => new()
    {
        OnboardingEndpoint = new OnboardingEndpoint
        {
            Host = host,
            Port = port,
            TransportSecurity = new ClientTransportSecurity { Tls = new ClientTlsSettings { CaFile = directory["ca.pem"], Sni = sni } },
        },
        WorkloadGroup = new("bookinfo", "ratings"),
    };

    public void Report(OnboardingStep value) => _steps.Enqueue(value);

    /// <summary>Waits for a step and gives the first one of its kind.</summary>
    public async Task<OnboardingStep> StepAsync(OnboardingPhase phase)
    {
        await Eventually.Is(
            () => _steps.Any(s => s.Phase == phase) || _run.IsFaulted,
            $"{phase}; so far:\n{string.Join('\n', _steps.Select(s => $"{s.Phase}: {s.Message}"))}");
        return _steps.First(s => s.Phase == phase);
    }

    /// <summary>Tells it to stop and waits until it has left.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _run.WaitAsync(Eventually.Patience);
    }

    /// <summary>Tells it to stop, without waiting.</summary>
    public Task BeginStop()
    {
        _stop.Cancel();
        return _run;
    }

    /// <summary>Tells it to stop a second time, without waiting.</summary>
    public void Hurry() => _hurry.Cancel();

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _agent.DisposeAsync();
    }
}
