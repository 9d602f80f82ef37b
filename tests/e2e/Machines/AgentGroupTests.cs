using System.Diagnostics;
using Onboarding.Quickstart.Processes;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Machines;

/// <summary>With real rules in force and no one behind them, the agent reaches its resolver and its plane: its group is left out.</summary>
public sealed class AgentGroupTests : IAsyncLifetime
{
    private const string PlaneName = "plane.example.test";

    private const string Rules = """
        ISTIO_INBOUND_PORTS='9080'
        ISTIO_META_DNS_CAPTURE='true'
        ISTIO_OUTBOUND_OWNER_GROUPS_EXCLUDE='onboarding-agent'
        ISTIO_SERVICE_CIDR='*'

        """;

    private Lan _lan = null!;
    private Machine _machine = null!;

    public async ValueTask InitializeAsync()
    {
        Capability.NetworkNamespaces.Require();
        _lan = await Lan.StartAsync();
        _lan.Names[PlaneName] = _lan.Host;
        _machine = await Machine.StartAsync(_lan, "grouped");
        await File.WriteAllTextAsync(
            _machine["/etc/onboarding.config.yaml"],
            $$"""
            apiVersion: config.agent.onboarding.tetrate.io/v1alpha1
            kind: OnboardingConfiguration
            onboardingEndpoint: {host: {{PlaneName}}, port: 15443}
            workloadGroup: {namespace: bookinfo, name: ratings}
            """);
    }

    public async ValueTask DisposeAsync()
    {
        if (_machine is not null)
        {
            await _machine.DisposeAsync();
            await _lan.DisposeAsync();
        }
    }

    [Fact]
    public async Task Run_by_root_it_takes_its_group_and_none_that_anybody_else_is_in()
    {
        (await GroupOfAgentAsync()).ShouldBe("1001");
        await _machine.RunAsync("sed -i 's/^onboarding-agent:.*/onboarding-agent:x:1001:/; $a onboarding:x:1001:' /etc/group");
        (await GroupOfAgentAsync()).ShouldBe("0");
        await _machine.RunAsync("sed -i '/^onboarding/d' /etc/group");
        (await GroupOfAgentAsync()).ShouldBe("0");
    }

    [Fact]
    public async Task Behind_a_stateful_firewall_with_DNS_capture_and_no_sidecar_it_resolves_and_connects()
    {
        await File.WriteAllTextAsync(_machine["/var/lib/istio/envoy/cluster.env"], Rules);
        await _machine.RunAsync("istio-start.sh init");
        await _machine.RaiseFirewallAsync();

        // Others don't, and nor does the group by UDP: otherwise this would show nothing.
        (await _machine.TryAsync($"timeout 3 getent ahosts {PlaneName}")).Code.ShouldNotBe(0);
        (await _machine.TryAsync($"timeout 3 setpriv --regid=onboarding-agent --clear-groups getent ahosts {PlaneName}")).Code.ShouldNotBe(0);
        await ResolvesAsync();
    }

    [Fact]
    public async Task Where_the_resolver_answers_by_UDP_alone_it_resolves_all_the_same()
    {
        await _machine.RunAsync("iptables -A OUTPUT -p tcp --dport 53 -j DROP");
        await ResolvesAsync();
    }

    private async Task<string> GroupOfAgentAsync() => await WithAgentAsync(
        "KeyReady", async () => (await _machine.RunAsync("sed -n 's/^Gid:.*\\t//p' /proc/$(pgrep -n -x onboarding-agen)/status")).Trim());

    // The name resolved if what failed is the connection to its address.
    private async Task ResolvesAsync()
    {
        string failure = await FirstFailureAsync();
        failure.ShouldContain("[EndpointConnectionRefused]");
        failure.ShouldContain($" {PlaneName}:15443");
    }

    private async Task<string> FirstFailureAsync()
    {
        string failure = "";
        await WithAgentAsync("AttemptFailed", () => Task.FromResult(""), line => failure = line);
        return failure;
    }

    private async Task<string> WithAgentAsync(string awaited, Func<Task<string>> act, Action<string>? seen = null)
    {
        using Process agent = _machine.Start(BuiltPrograms.Agent, "run", "--onboarding-config", "/etc/onboarding.config.yaml");
        try
        {
            while (await agent.StandardError.ReadLineAsync() is { } line)
            {
                if (line.Contains(awaited, StringComparison.Ordinal))
                {
                    seen?.Invoke(line);
                    return await act();
                }
            }

            throw new InvalidOperationException($"The agent ended before {awaited}.");
        }
        finally
        {
            await _machine.TryAsync("pkill -KILL -x onboarding-agen");
            await agent.WaitForExitAsync();
        }
    }
}
