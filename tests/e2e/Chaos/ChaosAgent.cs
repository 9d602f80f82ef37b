using System.Net;
using Onboarding.Api.Configuration;
using Onboarding.Client;
using Onboarding.Client.Events;
using Onboarding.Client.HostInformation;
using Onboarding.Client.Native;
using Onboarding.Laptop.Processes;
using Onboarding.Laptop.Sample;
using Onboarding.Quickstart.Processes;
using Onboarding.Testing;

namespace Onboarding.Tests.E2E.Chaos;

/// <summary>
/// A machine of the fleet. Most are the agent's library in the test's process, without a sidecar; some are the agent as it ships. Both keep their
/// state in a directory, so that one that crashed comes back as the same machine.
/// </summary>
internal sealed class ChaosAgent(ChaosPlane plane, string root, int number, bool isProcess) : IAsyncDisposable, IProgress<OnboardingStep>
{
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _directory = Directory.CreateDirectory(Path.Combine(root, $"{number}")).FullName;
    private OnboardingAgent? _agent;
    private CancellationTokenSource? _stop;
    private Task _run = Task.CompletedTask;
    private ChildProcess? _process;

    public string Subject { get; } = $"machine-{number}";

    /// <summary>The address that its WorkloadEntry must have.</summary>
    public string Address { get; } = $"10.77.{number / 250}.{(number % 250) + 1}";

    /// <summary>True while it is to be in the mesh.</summary>
    public bool IsUp { get; private set; }

    /// <summary>False while it says itself that it has no session; one that is a process isn't asked.</summary>
    public bool IsConnected { get; private set; } = true;

    /// <summary>How often it lost its session or was refused.</summary>
    public int Losses { get; private set; }

    /// <inheritdoc/>
    public void Report(OnboardingStep value)
    {
        Losses += value.Phase is OnboardingPhase.Disconnected or OnboardingPhase.RegistrationGone ? 1 : 0;
        IsConnected = value.Phase switch
        {
            OnboardingPhase.Connected => true,
            OnboardingPhase.Disconnected or OnboardingPhase.Relocating or OnboardingPhase.Refused or OnboardingPhase.RegistrationGone => false,
            _ => IsConnected,
        };
    }

    /// <summary>Writes what it proves its identity with; tokens live for five minutes.</summary>
    public void RenewCredential() => File.WriteAllText(
        Path.Combine(_directory, "answer.json"),
        $$"""{"credential":{"@type":"type.googleapis.com/onboarding.v1alpha1.JwtCredential","token":"{{plane.Issuer.Sign(plane.Issuer.Claims(ChaosTests.PlaneUid, DateTimeOffset.UtcNow, Subject))}}"},"expiresAt":"2030-01-01T00:00:00Z"}""");

    /// <summary>Starts it, for the first time or after it left or crashed.</summary>
    public async Task StartAsync()
    {
        IsUp = true;
        RenewCredential();
        string plugin = Path.Combine(_directory, "plugin.sh");
        string address = Path.Combine(_directory, "address.sh");
        if (!File.Exists(plugin))
        {
            await WriteScriptAsync(plugin, $"cat >/dev/null; cat '{_directory}/answer.json'");
            await WriteScriptAsync(address, $"cat >/dev/null; echo '{{\"host\":{{\"addresses\":[{{\"ip\":\"{Address}\",\"type\":\"VPC\"}}]}}}}'");
            await File.WriteAllTextAsync(Path.Combine(_directory, "machine-id"), $"{number:x32}\n");
        }

        if (isProcess)
        {
            await StartProcessAsync(plugin, address);
            return;
        }

        IsConnected = false;
        _stop = new CancellationTokenSource();
        _agent = OnboardingAgent.Open(new OnboardingAgentOptions
        {
            Onboarding = new OnboardingConfiguration
            {
                OnboardingEndpoint = new OnboardingEndpoint
                {
                    Host = "127.0.0.1",
                    Port = plane.Port,
                    TransportSecurity = new ClientTransportSecurity { Tls = new ClientTlsSettings { CaFile = plane.CertificateAuthority, Sni = "localhost" } },
                },
                WorkloadGroup = new(BookinfoMesh.Namespace, BookinfoMesh.Group),
            },
            Agent = new AgentConfiguration
            {
                Host = new HostEnvironment
                {
                    Custom = new CustomHost { Credential = [new CredentialSource { Plugin = new PluginConfiguration { Name = "chaos", Path = plugin } }] },
                },
                Sidecar = new SidecarConfiguration { Command = new SidecarCommand { Path = "/bin/true" } },
            },
            StateDirectory = Path.Combine(_directory, "state"),
            MachineIdPath = Path.Combine(_directory, "machine-id"),
            StartSidecar = false,
            Progress = this,
            Interfaces = () => [new HostInterface("eth0", false, [IPAddress.Parse(Address)])],
        });
        OnboardingAgent agent = _agent;
        CancellationToken stop = _stop.Token;
        _run = Task.Run(() => agent.RunAsync(stop, stop), CancellationToken.None);
    }

    /// <summary>Tells it to leave the mesh.</summary>
    public async Task LeaveAsync()
    {
        IsUp = false;
        if (_process is { } process)
        {
            process.Signal(Signals.Terminate);
            await EndedAsync(process.WaitForExitAsync(CancellationToken.None), "end");
            await process.DisposeAsync();
            _process = null;
            return;
        }

        await _stop!.CancelAsync();
        await EndedAsync(_run, "leave");
        await LetGoAsync();
    }

    /// <summary>Ends it without a word: nothing is unregistered.</summary>
    public async Task CrashAsync()
    {
        IsUp = false;
        if (_process is { } process)
        {
            process.Kill();
            await EndedAsync(process.WaitForExitAsync(CancellationToken.None), "end");
            await process.DisposeAsync();
            _process = null;
            return;
        }

        await LetGoAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_agent is not null || _process is not null)
        {
            await CrashAsync();
        }
    }

    // Moved into place: a file that another fork still has open for writing can't be executed.
    private static async Task WriteScriptAsync(string path, string line)
    {
        await File.WriteAllTextAsync(path + ".new", $"#!/bin/sh\n{line}\n");
        File.SetUnixFileMode(path + ".new", Executable);
        File.Move(path + ".new", path);
    }

    private async Task LetGoAsync()
    {
        await EndedAsync(_agent!.DisposeAsync().AsTask(), "let go");
        await EndedAsync(Task.WhenAny(_run), "stop");
        _stop!.Dispose();
        (_agent, _stop) = (null, null);
    }

    // Without a limit, a machine that never ends would end no test.
    private async Task EndedAsync(Task end, string what)
    {
        try
        {
            await end.WaitAsync(Eventually.Patience);
        }
        catch (TimeoutException e)
        {
            throw new InvalidOperationException($"{Subject} was to {what}, and hasn't after {Eventually.Patience}.", e);
        }
    }

    private async Task StartProcessAsync(string plugin, string address)
    {
        string onboarding = Path.Combine(_directory, "onboarding.config.yaml");
        string agent = Path.Combine(_directory, "agent.config.yaml");
        await File.WriteAllTextAsync(onboarding, $$"""
            apiVersion: config.agent.onboarding.tetrate.io/v1alpha1
            kind: OnboardingConfiguration
            onboardingEndpoint:
              host: 127.0.0.1
              port: {{plane.Port}}
              transportSecurity:
                tls:
                  sni: localhost
                  caFile: {{plane.CertificateAuthority}}
            workloadGroup:
              namespace: {{BookinfoMesh.Namespace}}
              name: {{BookinfoMesh.Group}}
            """);
        await File.WriteAllTextAsync(agent, $$"""
            apiVersion: config.agent.onboarding.tetrate.io/v1alpha1
            kind: AgentConfiguration
            host:
              custom:
                credential:
                - plugin:
                    name: chaos
                    path: {{plugin}}
                hostinfo:
                  plugin:
                    name: address
                    path: {{address}}
            sidecar:
              command:
                path: /bin/sleep
                args: [infinity]
            """);
        _process = ChildProcess.Start(
            Subject,
            BuiltPrograms.Agent,
            ["run", "--onboarding-config", onboarding, "--agent-config", agent, "--state-directory", Path.Combine(_directory, "state")],
            _ => { },
            _ => { });
    }
}
