using System.Text.Json.Nodes;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Machines;

/// <summary>When a machine's traffic and names go to its sidecar: with istiod away at a boot, and with a sidecar that is down for good.</summary>
public sealed class CaptureTests : IAsyncLifetime
{
    private const string Connected = "Connected: session";
    private const string Break = "mv /usr/local/bin/envoy /usr/local/bin/away; pkill -KILL -f '[p]ilot-agent proxy'";
    private const string Mend = "mv /usr/local/bin/away /usr/local/bin/envoy";
    private MachinePlane _plane = null!;
    private HelloServer _elsewhere = null!;

    public async ValueTask InitializeAsync()
    {
        Capability.NetworkNamespaces.Require();
        _plane = await MachinePlane.StartAsync();
        _elsewhere = HelloServer.Start(_plane.Lan.Host);
    }

    public async ValueTask DisposeAsync()
    {
        if (_plane is not null)
        {
            await _elsewhere.DisposeAsync();
            await _plane.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_boot_with_istiod_away_keeps_names_and_plane_and_captures_once_the_sidecar_is_ready()
    {
        await using MachineAgent agent = await _plane.StartMachineAsync("booted");
        await agent.ConfigureAsync();
        agent.Start();
        await agent.WaitUntilReadyAsync();
        await IsAsync(agent, "InForce");

        await agent.Machine.KillEverythingAsync();
        await agent.WaitForExitAsync();
        await agent.Machine.RunAsync("nft flush ruleset; rm -rf /run/secrets");
        _plane.IsIstiodAway = true;
        (int sessions, int starts) = (agent.Count(Connected), agent.Count("SidecarStarted: "));
        agent.Start();
        await Eventually.Is(() => agent.Count(Connected) > sessions && agent.Count("SidecarStarted: ") > starts, $"it is connected\n{agent.Log}");
        await IsAsync(agent, "Waiting");
        (await agent.Machine.RulesAsync()).ShouldNotContain("istio", Case.Insensitive);
        await IsFreeAsync(agent);

        _plane.IsIstiodAway = false;
        await IsAsync(agent, "InForce");
        (await agent.Machine.RulesAsync()).ShouldContain("15053");
        await IsFreeAsync(agent);
    }

    [Fact]
    public async Task Captured_before_the_start_names_wait_for_istiod()
    {
        _plane.IsIstiodAway = true;
        await using MachineAgent agent = await _plane.StartMachineAsync("before");
        await agent.ConfigureAsync(sidecar: "sidecar: {capture: {start: BeforeStart}}");
        agent.Start();
        await Eventually.Is(() => agent.Count("SidecarStarted: ") > 0, $"it is started\n{agent.Log}");
        await IsAsync(agent, "InForce");
        (await agent.Machine.ResolveAsync(MachinePlane.Name)).ShouldBeEmpty();
        _plane.IsIstiodAway = false;
        await agent.WaitUntilReadyAsync();
        await IsFreeAsync(agent);
    }

    [Fact]
    public Task A_sidecar_that_is_down_for_good_leaves_Closed_closed_and_opens_Open() => Task.WhenAll(ClosedAsync(), OpenAsync());

    private async Task ClosedAsync()
    {
        await using MachineAgent agent = await _plane.StartMachineAsync("closed");
        await agent.ConfigureAsync();
        agent.Start();
        await agent.WaitUntilReadyAsync();
        string rules = await agent.Machine.RulesAsync();
        await agent.Machine.RunAsync(Break);
        await Eventually.Is(() => agent.Count("SidecarFailed: ") >= 3, $"it is started again and again\n{agent.Log}");
        await IsAsync(agent, "InForce");
        Rules(await agent.Machine.RulesAsync()).ShouldBe(Rules(rules));
        (await agent.Machine.ReachesAsync(_elsewhere.Address)).ShouldBeFalse();
        agent.Count("TrafficReleased: ").ShouldBe(0);
        (await _plane.RegistrationAsync("closed"))!.IsConnected.ShouldBeTrue();
        await agent.Machine.RunAsync(Mend);
        await Eventually.Is(() => agent.Machine.ReachesAsync(_elsewhere.Address), $"it is back\n{agent.Log}");
    }

    private async Task OpenAsync()
    {
        await using MachineAgent agent = await _plane.StartMachineAsync("open");
        await agent.ConfigureAsync(sidecar: "sidecar: {capture: {onFailure: Open, openAfter: 2s}}");
        agent.Start();
        await agent.WaitUntilReadyAsync();
        await agent.Machine.RunAsync(Break);
        await Eventually.Is(() => agent.Count("TrafficReleased: ") == 1, $"it opens\n{agent.Log}");
        await IsAsync(agent, "Opened");
        (await agent.Machine.RulesAsync()).ShouldNotContain("istio", Case.Insensitive);
        await IsFreeAsync(agent);
        await agent.Machine.RunAsync(Mend);
        await IsAsync(agent, "InForce");
        await IsFreeAsync(agent);
        agent.Count("TrafficCaptured: ").ShouldBe(2, agent.Log);
    }

    // Programs of the machine find names, and each other.
    private async Task IsFreeAsync(MachineAgent agent)
    {
        (await agent.Machine.ResolveAsync(MachinePlane.Name)).ShouldBe(_plane.Lan.Host.ToString(), agent.Log);
        (await agent.Machine.ReachesAsync(_elsewhere.Address)).ShouldBeTrue(agent.Log);
    }

    private static Task IsAsync(MachineAgent agent, string state) => Eventually.Is(
        async () => JsonNode.Parse((await agent.Machine.RunAsync($"{agent.Program} status --output json || true")).Split('\n')[0])
            ?["sidecar"]?["capture"]?["state"]?.GetValue<string>() == state,
        $"capture is {state}\n{agent.Log}");

    private static int Rules(string rules) => rules.Split('\n').Count(l => l.Contains("istio", StringComparison.OrdinalIgnoreCase));
}
