using System.Diagnostics;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Machines;

/// <summary>A machine's life in the mesh, with Istio's own package, real redirection, and a firewall that lets answers in and nothing else.</summary>
public sealed class MachineTests : IAsyncLifetime
{
    private const string Connected = "Connected: session";

    // What the agent promises for a plane that was away for moments: it waits at most 4 s between attempts in the first two minutes.
    private static readonly TimeSpan LongestAbsence = TimeSpan.FromSeconds(5);
    private MachinePlane _plane = null!;

    public async ValueTask InitializeAsync()
    {
        Capability.NetworkNamespaces.Require();
        _plane = await MachinePlane.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_plane is not null)
        {
            await _plane.DisposeAsync();
        }
    }

    [Fact]
    public async Task It_joins_survives_plane_and_Envoy_and_leaves_the_machine_as_it_was()
    {
        await using HelloServer elsewhere = HelloServer.Start(_plane.Lan.Host);
        await using MachineAgent agent = await _plane.StartMachineAsync("vm1");
        Machine machine = agent.Machine;
        await machine.RaiseFirewallAsync();
        MachineState before = await MachineState.OfAsync(machine);
        await agent.ConfigureAsync();
        agent.Start();
        await agent.WaitUntilReadyAsync();

        // Names are captured, and the sidecar has what it needs to be someone.
        (await machine.RulesAsync()).ShouldContain("redirect to :15053");
        (await machine.RunAsync("stat -c %U /var/run/secrets")).Trim().ShouldBe("istio-proxy");
        (await machine.GetAsync(15000, "/certs")).ShouldContain("spiffe://cluster.local/ns/bookinfo/sa/bookinfo-ratings");
        (await _plane.RegistrationAsync("vm1"))!.ToJson().ToJsonString().ShouldContain("\"1.31.0\"");
        (await machine.ResolveAsync(MachinePlane.Name)).ShouldBe(_plane.Lan.Host.ToString());
        (await machine.ReachesAsync(elsewhere.Address)).ShouldBeTrue();

        await RestartPlaneAsync(agent);

        // Without Envoy nothing of the machine gets out any more, but the agent does. pilot-agent is stopped: it would end with Envoy.
        await machine.RunAsync("pkill -STOP -f '[p]ilot-agent proxy'; pkill -KILL -f '[p]ilot-agent envoy'");
        await Eventually.Is(async () => !await machine.ReachesAsync(elsewhere.Address), "Envoy is gone");
        await RestartPlaneAsync(agent);

        await machine.RunAsync("pkill -CONT -f '[p]ilot-agent proxy'; iptables -A OUTPUT -p tcp --dport 25 -j DROP; echo '192.0.2.25 mail' >>/etc/hosts");
        before = before with
        {
            Rules = before.Rules
                .Replace("== ip6tables-save", "-A OUTPUT -p tcp -m tcp --dport 25 -j DROP\n== ip6tables-save", StringComparison.Ordinal)
                .Replace("== ip6tables-nft-save", "-A OUTPUT -p tcp -m tcp --dport 25 -j DROP\n== ip6tables-nft-save", StringComparison.Ordinal),
            Hosts = before.Hosts + "192.0.2.25 mail\n",
        };
        await agent.LeaveAsync();
        (await MachineState.OfAsync(machine)).ShouldBeBefore(before);
        (await machine.ReachesAsync(elsewhere.Address)).ShouldBeTrue();
        (await machine.ResolveAsync(MachinePlane.Name)).ShouldBe(_plane.Lan.Host.ToString());
    }

    [Fact]
    public async Task Under_REGISTRY_ONLY_the_agent_is_heard_where_nobody_else_is()
    {
        await using HelloServer elsewhere = HelloServer.Start(_plane.Lan.Host);
        await using MachineAgent agent = await _plane.StartMachineAsync("vm2");
        Machine machine = agent.Machine;
        MachineState before = await MachineState.OfAsync(machine);
        await agent.ConfigureAsync();
        await machine.RunAsync("echo STAND_IN_OUTBOUND_TRAFFIC_POLICY=REGISTRY_ONLY >/var/lib/istio/envoy/sidecar.env");
        agent.Start();
        await agent.WaitUntilReadyAsync();
        (await machine.ReachesAsync(elsewhere.Address)).ShouldBeFalse();
        await RestartPlaneAsync(agent);
        await agent.LeaveAsync();
        (await MachineState.OfAsync(machine)).ShouldBeBefore(before);
        (await machine.ReachesAsync(elsewhere.Address)).ShouldBeTrue();
    }

    private async Task RestartPlaneAsync(MachineAgent agent)
    {
        int sessions = agent.Count(Connected);
        await _plane.StopEndpointAsync();
        Task<long> listening = _plane.WaitUntilListeningAsync();
        await _plane.StartEndpointAsync();
        long since = await listening;
        await Eventually.Is(() => agent.Count(Connected) > sessions, "the agent is back");
        Stopwatch.GetElapsedTime(since, agent.TimeOf(Connected, sessions)).ShouldBeLessThan(LongestAbsence, agent.Log);
    }
}
