using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Machines;

/// <summary>Everything on a machine is killed at once, as by a power cut that leaves the rules in force; then it starts once, and leaves.</summary>
public sealed class CutOffTests
{
    private static readonly Dictionary<string, Func<MachineAgent, Task<bool>>> Moments = new()
    {
        ["registered"] = agent => Task.FromResult(agent.Count("Registered: ") > 0),
        ["redirecting"] = async agent => (await agent.Machine.RulesAsync()).Contains("istio-redirect", StringComparison.Ordinal),
        ["starting"] = agent => Task.FromResult(agent.Count("SidecarStarted: ") > 0),
        ["leaving"] = agent => Task.FromResult(agent.Count("Unregistered: ") > 0),
        ["stopped"] = agent => Task.FromResult(agent.Count("SidecarStopped: ") > 0),
    };

    [Fact]
    public async Task One_start_and_one_leave_afterwards_give_the_machine_back()
    {
        Capability.NetworkNamespaces.Require();
        await using MachinePlane plane = await MachinePlane.StartAsync();
        await using HelloServer elsewhere = HelloServer.Start(plane.Lan.Host);
        await Task.WhenAll(Moments.Select(moment => KillAsync(plane, elsewhere, moment.Key, moment.Value)));
    }

    private static async Task KillAsync(MachinePlane plane, HelloServer elsewhere, string name, Func<MachineAgent, Task<bool>> moment)
    {
        await using MachineAgent agent = await plane.StartMachineAsync(name);
        await agent.Machine.RaiseFirewallAsync();
        MachineState before = await MachineState.OfAsync(agent.Machine);
        await agent.ConfigureAsync();
        agent.Start();
        if (name is "leaving" or "stopped")
        {
            await agent.WaitUntilReadyAsync();
            await agent.Machine.RunAsync("pkill -TERM -x onboarding-agen");
        }

        await Eventually.Is(() => moment(agent), $"{name}\n{agent.Log}");
        await agent.Machine.KillEverythingAsync();
        await agent.WaitForExitAsync();

        agent.Start();
        await agent.WaitUntilReadyAsync();
        await agent.LeaveAsync();
        (await MachineState.OfAsync(agent.Machine)).ShouldBeBefore(before);
        (await agent.Machine.ReachesAsync(elsewhere.Address)).ShouldBeTrue(name);
    }
}
