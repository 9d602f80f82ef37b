using System.Text.Json.Nodes;
using Onboarding.Api.Istio;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Quickstart.Demo;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Machines;

/// <summary>Rollouts that change what is redirected, or by what: nothing of before is left, and names resolve.</summary>
public sealed class RedirectionRolloutTests
{
    [Fact]
    public async Task What_the_last_start_redirected_is_undone_before_the_next_one()
    {
        Capability.NetworkNamespaces.Require();
        await using MachinePlane plane = await MachinePlane.StartAsync();
        await using MachineAgent agent = await plane.StartMachineAsync("vm1");
        Machine machine = agent.Machine;
        await machine.RaiseFirewallAsync();
        MachineState before = await MachineState.OfAsync(machine);
        await agent.ConfigureAsync();
        agent.Start();
        await agent.WaitUntilReadyAsync();
        Tables(await machine.RulesAsync()).ShouldBe(1);
        (await machine.RulesAsync()).ShouldContain("15053");

        // DNS capture off.
        await RollOutAsync(plane, agent, "ISTIO_META_DNS_CAPTURE: \"false\"");
        string rules = await machine.RulesAsync();
        rules.ShouldNotContain("15053");
        rules.ShouldNotContain("ct zone set");
        Tables(rules).ShouldBe(1);
        (await machine.ResolveAsync(MachinePlane.Name)).ShouldBe(plane.Lan.Host.ToString());

        // nftables to iptables, with DNS capture on again.
        await RollOutAsync(plane, agent, "NATIVE_NFTABLES: \"false\"");
        rules = await machine.RulesAsync();
        Sets(rules).ShouldBe(1);
        Tables(rules).ShouldBe(0);
        (await machine.ResolveAsync(MachinePlane.Name)).ShouldBe(plane.Lan.Host.ToString());

        await agent.LeaveAsync();
        (await MachineState.OfAsync(machine)).ShouldBeBefore(before);
    }

    private static int Tables(string rules) => rules.Split('\n').Count(l => l.Contains("table inet istio-proxy-nat", StringComparison.Ordinal));

    private static int Sets(string rules) =>
        rules.Split('\n').Count(l => l.StartsWith("-A OUTPUT", StringComparison.Ordinal) && l.EndsWith("-j ISTIO_OUTPUT", StringComparison.Ordinal));

    private static async Task RollOutAsync(MachinePlane plane, MachineAgent agent, string metadata)
    {
        long generation = (await CurrentAsync(plane, agent))!.Generation;
        await plane.Kubernetes.PatchAsync<WorkloadGroup>(
            DemoMesh.Namespace,
            DemoMesh.Group,
            V1Patch.Merge(new JsonObject
            {
                ["metadata"] = new JsonObject
                {
                    ["annotations"] = new JsonObject { ["proxy.istio.io/config"] = $"proxyMetadata: {{{metadata}}}" },
                },
            }));
        await Eventually.Is(async () => (await CurrentAsync(plane, agent))?.Generation > generation, $"{metadata}\n{agent.Log}");
        await agent.WaitUntilReadyAsync();
    }

    private static async Task<BootConfigurationRevision?> CurrentAsync(MachinePlane plane, MachineAgent agent) =>
        (await plane.RegistrationAsync(agent.Machine.Name))?.Status?.BootConfiguration is { Current: { } current, Desired: { } desired } && current == desired
            ? current
            : null;
}
