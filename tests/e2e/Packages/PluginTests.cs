using System.Diagnostics;
using System.Text.Json;
using Onboarding.Api.Install;
using Onboarding.Quickstart.Demo;
using Onboarding.Quickstart.Processes;
using Onboarding.Testing;
using Onboarding.Tests.E2E.Machines;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Packages;

/// <summary>Credential plugins under the units as they ship: two that make code at run time, and one in shell.</summary>
public sealed class PluginTests : IAsyncLifetime
{
    private const string Directory = "/etc/onboarding-agent";
    private MachinePlane _plane = null!;
    private ServiceMachine _machine = null!;

    public async ValueTask InitializeAsync()
    {
        Capability.SystemdMachines.Require();
        Capability.NodeJs.Require();
        _plane = await MachinePlane.StartAsync();
        _machine = await ServiceMachine.StartAsync(
            _plane.Lan, "vm3", (Path.GetDirectoryName(BuiltPrograms.JwtPlugin)!, "/mnt/plugin"), (NodeProgram(), "/mnt/node"), ("/usr/lib", "/mnt/lib"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_machine is not null)
        {
            await _machine.DisposeAsync();
        }

        if (_plane is not null)
        {
            await _plane.DisposeAsync();
        }
    }

    [Fact]
    public async Task Plugins_in_dotnet_Node_and_shell_run_in_a_unit_of_their_own()
    {
        await _machine.RunAsync("mkdir -p /root/packages");
        _machine.Copy(DebianRoot.Package("*.deb"), "/root/packages/onboarding-agent.deb");
        await _machine.RunAsync("dpkg --install --force-depends /root/packages/onboarding-agent.deb 2>&1");
        await PlaceAsync();

        await ConfigureAsync("dotnet", "/mnt/plugin/onboarding-agent-sample-jwt-credential-plugin");
        await _machine.RunAsync("systemctl start onboarding-agent");
        await IsAskedAsync("dotnet");
        await Eventually.Is(async () => await _plane.RegistrationAsync("vm3") is { IsConnected: true }, "the machine is a member");

        // Each is asked by the agent that goes on in the same process.
        foreach (string name in (string[])["node", "shell"])
        {
            await ConfigureAsync(name, $"{Directory}/{name}");
            await _machine.RunAsync("systemctl reload onboarding-agent");
            await IsAskedAsync(name);
        }

        // As the agent, with what it needs of the kernel, and nothing left of it.
        string facts = await _machine.RunAsync($"cat {Directory}/state/facts");
        facts.ShouldBe("onboarding-agent onboarding-agent NoNewPrivs:\t1");
        await Eventually.Is(
            async () => (await _machine.RunAsync("systemctl list-units --all --plain --no-legend 'onboarding-agent-plugin@*'")).Length == 0, "no unit of a call is left");
        (await _machine.TryAsync("pgrep -f '[s]leep 987'")).Code.ShouldBe(1, "what a plugin leaves behind ends with its call");

        // The agent's own unit would have killed it: the unit is needed.
        await _machine.RunAsync("systemctl stop onboarding-agent-plugin.socket");
        await ConfigureAsync("node", $"{Directory}/node");
        await _machine.RunAsync("systemctl reload onboarding-agent");
        await Eventually.Is(
            async () => (await _machine.RunAsync("journalctl -o cat -u onboarding-agent")).Contains("Plugin 'node' failed", StringComparison.Ordinal),
            "a plugin with a JIT is killed in the agent's own unit");
    }

    private static string NodeProgram()
    {
        string found = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(d => Path.Combine(d, "node")).First(File.Exists);
        return new FileInfo(found).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? found;
    }

    private async Task PlaceAsync()
    {
        _machine.Copy(_plane.CertificateAuthority, $"{Directory}/ca.pem");
        _machine.Copy(_plane.Issuer.KeyFile, $"{Directory}/issuer.jwk");
        string audience = (await _plane.Kubernetes.GetAsync<OnboardingPlane>(OnboardingPlane.DefaultNamespace, OnboardingPlane.DefaultName)).Status!.Uid!;
        await File.WriteAllTextAsync(_machine[$"{Directory}/answer.json"], await AnswerAsync(audience));
        // Node's own loader and libraries: the machine has none.
        await File.WriteAllTextAsync(
            _machine[$"{Directory}/node"],
            """
            #!/bin/sh
            libraries=/mnt/lib/$(uname -m)-linux-gnu
            exec "$libraries"/ld-linux-*.so.* --library-path "$libraries" /mnt/node /etc/onboarding-agent/plugin.js
            """);
        await File.WriteAllTextAsync(
            _machine[$"{Directory}/plugin.js"],
            """
            const { createPrivateKey, sign } = require('crypto');
            const { readFileSync } = require('fs');
            const jwk = JSON.parse(readFileSync('/etc/onboarding-agent/issuer.jwk'));
            const { audience } = JSON.parse(readFileSync(0));
            const now = Math.floor(Date.now() / 1000);
            const part = value => Buffer.from(JSON.stringify(value)).toString('base64url');
            const text = part({ alg: 'ES256', kid: jwk.kid })
              + '.' + part({ iss: process.env.SAMPLE_JWT_ISSUER, sub: 'vm3', aud: audience, iat: now, exp: now + 600, custom_attributes: { role: 'ratings' } });
            const signature = sign('sha256', Buffer.from(text), { key: createPrivateKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' });
            console.log(JSON.stringify({
              credential: { '@type': 'type.googleapis.com/onboarding.v1alpha1.JwtCredential', token: text + '.' + signature.toString('base64url') },
              expiresAt: new Date((now + 600) * 1000).toISOString(),
            }));
            """);
        await File.WriteAllTextAsync(
            _machine[$"{Directory}/shell"],
            """
            #!/bin/sh
            echo "$(id -un) $(id -gn) $(grep NoNewPrivs /proc/self/status)" >/etc/onboarding-agent/state/facts
            setsid sleep 987 </dev/null >/dev/null 2>&1 &
            cat /etc/onboarding-agent/answer.json
            """);
        // The one place where a plugin may write is the agent's state.
        await _machine.RunAsync(
            $"""
            chown onboarding-agent: {Directory}/issuer.jwk {Directory}/answer.json
            chmod 0755 {Directory}/node {Directory}/shell
            ln -s /var/lib/onboarding-agent {Directory}/state
            """);
    }

    // What a plugin answers, as the sample does.
    private async Task<string> AnswerAsync(string audience)
    {
        var start = new ProcessStartInfo(BuiltPrograms.JwtPlugin) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach ((string name, string value) in Variables().Append(("RPC_METHOD_NAME", "GetCredential")).Append(("SAMPLE_JWT_ISSUER_KEY", _plane.Issuer.KeyFile)))
        {
            start.Environment[name] = value;
        }

        using Process plugin = Process.Start(start)!;
        await plugin.StandardInput.WriteAsync(JsonSerializer.Serialize(new { audience }));
        plugin.StandardInput.Close();
        string answer = await plugin.StandardOutput.ReadToEndAsync();
        await plugin.WaitForExitAsync();
        plugin.ExitCode.ShouldBe(0, answer);
        return answer;
    }

    private IEnumerable<(string Name, string Value)> Variables() =>
    [
        ("SAMPLE_JWT_ISSUER", _plane.Issuer.Url), ("SAMPLE_JWT_ISSUER_KEY", $"{Directory}/issuer.jwk"), ("SAMPLE_JWT_SUBJECT", "vm3"),
        ("SAMPLE_JWT_ATTRIBUTES_FIELD", "custom_attributes"), ("SAMPLE_JWT_ATTRIBUTES", "role=ratings"),
    ];

    private async Task ConfigureAsync(string name, string path)
    {
        await File.WriteAllTextAsync(
            _machine[$"{Directory}/onboarding.config.yaml"],
            $$"""
            apiVersion: config.agent.onboarding.tetrate.io/v1alpha1
            kind: OnboardingConfiguration
            onboardingEndpoint:
              host: {{MachinePlane.Name}}
              port: {{_plane.Port}}
              transportSecurity:
                tls: {caFile: "{{Directory}}/ca.pem"}
            workloadGroup: {namespace: {{DemoMesh.Namespace}}, name: {{DemoMesh.Group}}}
            """);
        string variables = string.Concat(
            Variables().Append((Name: "DOTNET_ROOT", Value: ServiceMachine.DotnetRoot)).Select(v => $"        - {{name: {v.Name}, value: \"{v.Value}\"}}\n"));
        await File.WriteAllTextAsync(
            _machine[$"{Directory}/agent.config.yaml"],
            $"""
            apiVersion: config.agent.onboarding.tetrate.io/v1alpha1
            kind: AgentConfiguration
            host:
              custom:
                credential:
                - plugin:
                    name: {name}
                    path: {path}
                    env:
            {variables}
            """);
    }

    private async Task IsAskedAsync(string name)
    {
        try
        {
            await Eventually.Is(
                async () => (await _machine.RunAsync("journalctl -o cat -u onboarding-agent")).Contains($"credential from plugin '{name}'", StringComparison.Ordinal),
                $"plugin {name} gave a credential");
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{e.Message}\n{await ServicePlane.DescribeAsync(_machine)}", e);
        }
    }
}
