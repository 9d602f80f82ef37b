using System.Net;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Machines;

/// <summary>
/// Machines with Istio's redirection whose addresses are of IPv6 alone, or of both families: by nft and by iptables. By iptables the rules are those that
/// were recorded, with the addresses of IPv6; by nft what iptables has for IPv6 stands beside what was recorded for IPv4.
/// </summary>
public sealed class IPv6RedirectionTests
{
    [Fact]
    public async Task Names_and_connections_go_through_the_sidecar_by_each_family()
    {
        Capability.NetworkNamespaces.Require();
        await using MachinePlane plane = await MachinePlane.StartAsync(hasIPv6: true);
        await using HelloServer elsewhere = HelloServer.Start(plane.Lan.Host);
        await using HelloServer elsewhere6 = HelloServer.Start(plane.Lan.Host6!);
        await Task.WhenAll(
            GoesThroughAsync(plane, "nft6", Families.IPv6, isNft: true, elsewhere6.Address),
            GoesThroughAsync(plane, "tables64", Families.Both, isNft: false, elsewhere6.Address, elsewhere.Address));
    }

    private static async Task GoesThroughAsync(MachinePlane plane, string name, Families families, bool isNft, params IPEndPoint[] elsewhere)
    {
        await using MachineAgent agent = await plane.StartMachineAsync(name, families);
        Machine machine = agent.Machine;
        await File.WriteAllTextAsync(machine["/var/lib/istio/envoy/sidecar.env"], $"NATIVE_NFTABLES={(isNft ? "true" : "false")}\n");
        MachineState before = await MachineState.OfAsync(machine);
        await agent.ConfigureAsync();
        agent.Start();
        await agent.WaitUntilReadyAsync();
        string rules = await machine.RulesAsync();
        rules.Contains("ip6 daddr ::1 return", StringComparison.Ordinal).ShouldBe(isNft, rules);
        rules.Contains("-A ISTIO_OUTPUT -d ::1/128 -j RETURN", StringComparison.Ordinal).ShouldBe(!isNft, rules);
        foreach (IPEndPoint destination in elsewhere)
        {
            (await machine.ReachesAsync(destination)).ShouldBeTrue($"{name} {destination}");
        }

        string resolver = families == Families.IPv6 ? plane.Lan.Host6!.ToString() : plane.Lan.Host.ToString();
        (await machine.ResolveAsync(MachinePlane.Name, families == Families.IPv6 ? Families.IPv6 : Families.IPv4)).ShouldBe(resolver);

        // It was Envoy that passed them on: without it nothing gets out, but the agent.
        await machine.RunAsync("pkill -STOP -f '[p]ilot-agent proxy'; pkill -KILL -f '[p]ilot-agent envoy'");
        foreach (IPEndPoint destination in elsewhere)
        {
            await Eventually.Is(async () => !await machine.ReachesAsync(destination), $"{name}: Envoy is gone, and {destination} with it");
        }

        await machine.RunAsync("pkill -CONT -f '[p]ilot-agent proxy'");
        await agent.LeaveAsync();
        (await MachineState.OfAsync(machine)).ShouldBeBefore(before);
    }
}
