using System.Collections.Concurrent;
using System.Diagnostics;
using Onboarding.Api.Runtime;
using Onboarding.Quickstart.Demo;
using Onboarding.Quickstart.Processes;
using Onboarding.Testing;
using Shouldly;

namespace Onboarding.Tests.E2E.Machines;

/// <summary>The agent of a machine: configured as a person would, run as its service would, in its own group.</summary>
internal sealed class MachineAgent(Machine machine, MachinePlane plane) : IAsyncDisposable
{
    private const string Directory = "/etc/onboarding-agent";
    private readonly ConcurrentQueue<(string Line, long Read)> _log = new();
    private Process? _process;
    private Task _reading = Task.CompletedTask;

    public Machine Machine => machine;

    /// <summary>The agent's program.</summary>
    public string Program => BuiltPrograms.Agent;

    public string Log => string.Join('\n', _log.Select(l => l.Line));

    /// <summary>How many lines of its log contain this.</summary>
    public int Count(string text) => _log.Count(l => l.Line.Contains(text, StringComparison.Ordinal));

    /// <summary>When its log first contained this, after so many other times; a timestamp of <see cref="Stopwatch"/>.</summary>
    public long TimeOf(string text, int after) => _log.Where(l => l.Line.Contains(text, StringComparison.Ordinal)).Skip(after).First().Read;

    public bool HasExited => _process is null || _process.HasExited;

    /// <summary>Writes the agent's two files.</summary>
    /// <param name="group">The group of Bookinfo's that it is to join.</param>
    /// <param name="sidecar">What the AgentConfiguration says of the sidecar.</param>
    public async Task ConfigureAsync(string group = DemoMesh.Group, string sidecar = "")
    {
        System.IO.Directory.CreateDirectory(machine[Directory]);
        File.Copy(plane.CertificateAuthority, machine[$"{Directory}/ca.pem"], overwrite: true);
        File.Copy(plane.Issuer.KeyFile, machine[$"{Directory}/issuer.jwk"], overwrite: true);
        await File.WriteAllTextAsync(
            machine[$"{Directory}/onboarding.config.yaml"],
            $$"""
            apiVersion: config.agent.onboarding.tetrate.io/v1alpha1
            kind: OnboardingConfiguration
            onboardingEndpoint:
              host: {{MachinePlane.Name}}
              port: {{plane.Port}}
              transportSecurity:
                tls: {caFile: "{{Directory}}/ca.pem"}
            workloadGroup: {namespace: {{DemoMesh.Namespace}}, name: {{group}}}
            """);
        await File.WriteAllTextAsync(
            machine[$"{Directory}/agent.config.yaml"],
            $$"""
            apiVersion: config.agent.onboarding.tetrate.io/v1alpha1
            kind: AgentConfiguration
            {{sidecar}}
            host:
              custom:
                credential:
                - plugin:
                    name: sample-jwt-credential
                    path: {{BuiltPrograms.JwtPlugin}}
                    env:
                    - {name: SAMPLE_JWT_ISSUER, value: {{plane.Issuer.Url}}}
                    - {name: SAMPLE_JWT_ISSUER_KEY, value: {{Directory}}/issuer.jwk}
                    - {name: SAMPLE_JWT_SUBJECT, value: {{machine.Name}}}
                    - {name: SAMPLE_JWT_ATTRIBUTES_FIELD, value: custom_attributes}
                    - {name: SAMPLE_JWT_ATTRIBUTES, value: role={{group}}}
                    - {name: DOTNET_ROOT, value: {{Machine.DotnetRoot}}}
            """);
    }

    /// <summary>Starts the agent, as its unit does: root, in the agent's own group.</summary>
    public void Start()
    {
        HasExited.ShouldBeTrue();
        _process = machine.Start("setpriv", $"--regid={Machine.AgentGroup}", "--clear-groups", Program, "run");
        _process.StandardInput.Close();
        _reading = Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError));
    }

    /// <summary>Waits until the machine is in the mesh and its sidecar serves.</summary>
    public async Task WaitUntilReadyAsync()
    {
        WorkloadAutoRegistration? seen = null;
        try
        {
            await Eventually.Is(
                async () =>
                {
                    seen = await plane.RegistrationAsync(machine.Name);
                    return seen is { IsConnected: true } && seen.Status!.Conditions.Any(c => c is { Type: WorkloadAutoRegistration.SidecarReady, Status: "True" });
                },
                $"{machine.Name} is ready");
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{e.Message}\n{seen?.ToJson()}\n{await DescribeAsync()}", e);
        }
    }

    /// <summary>Asks the agent to leave the mesh and waits until it has ended.</summary>
    public async Task LeaveAsync()
    {
        await machine.RunAsync("pkill -TERM -x onboarding-agen");
        await WaitForExitAsync();
    }

    public async Task WaitForExitAsync()
    {
        await _process!.WaitForExitAsync();
        await _reading;
        _process.Dispose();
        _process = null;
    }

    /// <summary>What a person would look at when something is wrong.</summary>
    public async Task<string> DescribeAsync() =>
        $"""
        --- agent
        {Log}
        --- sidecar
        {(await machine.TryAsync("tail -n 60 /var/log/istio/*; ps axo pid,user,group,args; iptables-save | grep -v ^#; cat /etc/hosts /var/lib/istio/envoy/*.env; ls -la /etc/certs /run/secrets /run/secrets/*")).Output}
        """;

    public async ValueTask DisposeAsync() => await machine.DisposeAsync();

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            _log.Enqueue((line, Stopwatch.GetTimestamp()));
        }
    }
}
