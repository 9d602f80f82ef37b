using System.Diagnostics;
using Onboarding.Api.Istio;
using Onboarding.Api.Runtime;
using Onboarding.Laptop.Sample;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Chaos;

/// <summary>An API server that fails in every way costs joins time and connected machines nothing.</summary>
public sealed class ApiFaultTests
{
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Joins_complete_after_a_fault_and_connected_agents_keep_all_they_have()
    {
        using var directory = new TemporaryDirectory();
        using var ofOperator = new TemporaryDirectory();
        List<CountingProxy> proxies = [];
        await using ChaosPlane plane = await ChaosPlane.StartAsync(
            1,
            1,
            gracePeriod: "1s",
            async (isOperator, kubeconfig) =>
            {
                CountingProxy proxy = await CountingProxy.StartAsync(kubeconfig, isOperator ? ofOperator : directory);
                proxies.Add(proxy);
                return proxy.KubeconfigPath;
            });
        var first = new ChaosAgent(plane, directory.Path, 0, isProcess: false);
        List<ChaosAgent> agents = [first];
        try
        {
            await first.StartAsync();
            await IsTrueAsync(plane, agents, "no fault");
            string[] before = await UidsAsync(plane);
            foreach ((string name, Action<CountingProxy> begin) in Faults)
            {
                foreach (CountingProxy proxy in proxies)
                {
                    begin(proxy);
                    proxy.BreakWatches();
                }

                // It asks in the middle of the fault, which lasts longer than the grace period.
                var watch = Stopwatch.StartNew();
                var late = new ChaosAgent(plane, directory.Path, agents.Count, isProcess: false);
                agents.Add(late);
                await late.StartAsync();
                await Eventually.Is(() => watch.Elapsed > Outage, "the fault lasts longer than the grace period");
                first.IsConnected.ShouldBeTrue(name);
                foreach (CountingProxy proxy in proxies)
                {
                    (proxy.Fault, proxy.Delay, proxy.IsDown) = (_ => null, TimeSpan.Zero, false);
                }

                await IsTrueAsync(plane, agents, name);
                (await UidsAsync(plane)).ShouldContain(before[0], $"{name}: nothing of the first machine was deleted");
                (await UidsAsync(plane)).ShouldContain(before[1], $"{name}: nothing of the first machine was deleted");
                first.Losses.ShouldBe(0, $"{name}: it stays connected\n{plane.Log}");
            }
        }
        finally
        {
            await Task.WhenAll(agents.Select(a => a.DisposeAsync().AsTask()));
            foreach (CountingProxy proxy in proxies)
            {
                await proxy.DisposeAsync();
            }
        }
    }

    private static IEnumerable<(string Name, Action<CountingProxy> Begin)> Faults =>
    [
        .. new[] { 409, 410, 429, 500, 503 }.Select(code => ($"{code}", (Action<CountingProxy>)(proxy => proxy.Fault = _ => code))),
        ("2 s for each answer", proxy => proxy.Delay = TimeSpan.FromSeconds(2)),
        ("gone", proxy => proxy.IsDown = true),
    ];

    private static async Task IsTrueAsync(ChaosPlane plane, List<ChaosAgent> agents, string after)
    {
        int registrations = 0;
        int entries = 0;
        try
        {
            await Eventually.Is(
                async () =>
                {
                    IReadOnlyList<WorkloadAutoRegistration> members = (await plane.Cluster.Client.ListAsync<WorkloadAutoRegistration>(BookinfoMesh.Namespace)).Items;
                    registrations = members.Count(m => m.IsConnected);
                    entries = (await plane.Cluster.Client.ListAsync<WorkloadEntry>(BookinfoMesh.Namespace)).Items.Count;
                    return registrations == agents.Count && entries == agents.Count && agents.All(a => a.IsConnected);
                },
                "all are in the mesh");
        }
        catch (ShouldAssertException e)
        {
            throw new InvalidOperationException($"after {after}: {registrations} connected and {entries} entries of {agents.Count}\n{plane.Log}", e);
        }
    }

    private static async Task<string[]> UidsAsync(ChaosPlane plane) =>
    [
        .. (await plane.Cluster.Client.ListAsync<WorkloadAutoRegistration>(BookinfoMesh.Namespace)).Items.Select(m => m.Metadata.Uid!),
        .. (await plane.Cluster.Client.ListAsync<WorkloadEntry>(BookinfoMesh.Namespace)).Items.Select(e => e.Metadata.Uid!),
    ];
}
