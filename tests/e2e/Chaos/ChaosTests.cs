using System.Diagnostics;
using System.Globalization;
using Onboarding.Api.Istio;
using Onboarding.Api.Runtime;
using Onboarding.Laptop.Sample;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Chaos;

/// <summary>
/// Endpoints and operators are killed one after the other while machines join, leave, crash and come back. What is left is true in the end: a
/// registration and an entry for each machine that is up, with its address, and none for any other.
/// </summary>
public sealed class ChaosTests
{
    private const int Endpoints = 3;
    private const int Operators = 2;

    /// <summary>The plane's uid.</summary>
    internal const string PlaneUid = "chaos";

    [Fact]
    public async Task What_is_left_after_chaos_is_true()
    {
        var options = new ChaosOptions();
        var random = new Random(options.Seed);
        Say($"seed {options.Seed}: {options.Agents} agents ({options.Processes} processes), {Endpoints} endpoints, {Operators} operators, {options.Kills} kills");
        using var directory = new TemporaryDirectory();
        await using ChaosPlane plane = await ChaosPlane.StartAsync(Endpoints, Operators, gracePeriod: "5s");
        ChaosAgent[] agents = [.. Enumerable.Range(0, options.Agents).Select(i => new ChaosAgent(plane, directory.Path, i, isProcess: i < options.Processes))];
        try
        {
            var watch = Stopwatch.StartNew();
            await Task.WhenAll(agents.Select(a => a.StartAsync()));
            await AllTrueAsync(plane, agents);
            Say($"joined after {Seconds(watch)} s");

            await agents[^1].CrashAsync();
            using var stop = new CancellationTokenSource();
            Task<Counts> fleet = MoveAsync(agents, new Random(options.Seed + 1), options, stop.Token);
            for (int i = 0; i < options.Kills; i++)
            {
                await Task.Delay(options.Pause);
                Say($"{Seconds(watch)} s: {await plane.HitAsync(random)}");
            }

            await stop.CancelAsync();
            Counts counts = await fleet;
            watch.Restart();
            (int registrations, int entries) = await AllTrueAsync(plane, agents);
            int up = agents.Count(a => a.IsUp);
            Say($"joined {counts.Joined}, left {counts.Left}, crashed {counts.Crashed} ({counts.Back} came back at once); in the end {up} up, {agents.Length - up} gone: "
                + $"{registrations} registrations, {entries} entries, all with the right address; true {Seconds(watch)} s after the last kill");
        }
        finally
        {
            await Task.WhenAll(agents.Select(a => a.DisposeAsync().AsTask()));
        }
    }

    // Until it is told to stop: a machine that is up leaves or crashes, one that isn't joins.
    private static async Task<Counts> MoveAsync(ChaosAgent[] agents, Random random, ChaosOptions options, CancellationToken stop)
    {
        var counts = new Counts();
        var renewed = Stopwatch.StartNew();
        TimeSpan pause = options.Pause * options.Kills / Math.Max(options.Agents, 1);
        while (!stop.IsCancellationRequested)
        {
            ChaosAgent agent = agents[random.Next(agents.Length)];
            switch (agent.IsUp ? random.Next(4) : -1)
            {
                case -1:
                    await agent.StartAsync();
                    counts.Joined++;
                    break;
                case 0:
                    await agent.LeaveAsync();
                    counts.Left++;
                    break;
                case 1 when options.CrashesLast:
                    await agent.CrashAsync();
                    counts.Crashed++;
                    break;
                default:
                    await agent.CrashAsync();
                    await agent.StartAsync();
                    counts.Crashed++;
                    counts.Back++;
                    break;
            }

            if (renewed.Elapsed > TimeSpan.FromMinutes(2))
            {
                Array.ForEach(agents, a => a.RenewCredential());
                renewed.Restart();
            }

            await Task.Delay(pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return counts;
    }

    private static async Task<(int Registrations, int Entries)> AllTrueAsync(ChaosPlane plane, ChaosAgent[] agents)
    {
        IReadOnlyList<string> wrong = [];
        int registrations = 0;
        try
        {
            await Eventually.Is(
                async () =>
                {
                    IReadOnlyList<WorkloadAutoRegistration> members = (await plane.Cluster.Client.ListAsync<WorkloadAutoRegistration>(BookinfoMesh.Namespace)).Items;
                    IReadOnlyList<WorkloadEntry> entries = (await plane.Cluster.Client.ListAsync<WorkloadEntry>(BookinfoMesh.Namespace)).Items;
                    wrong = [.. agents.SelectMany(a => Wrong(a, members, entries)), .. Strangers(agents, members, entries)];
                    registrations = members.Count;
                    return wrong.Count == 0;
                },
                "every machine that is up has its registration and entry, and no other has any");
        }
        catch (ShouldAssertException e)
        {
            throw new InvalidOperationException($"{e.Message}\n{string.Join('\n', wrong)}\n{plane.Log}", e);
        }

        return (registrations, agents.Count(a => a.IsUp));
    }

    private static IEnumerable<string> Wrong(ChaosAgent agent, IReadOnlyList<WorkloadAutoRegistration> members, IReadOnlyList<WorkloadEntry> entries)
    {
        WorkloadAutoRegistration[] own = [.. members.Where(m => m.Spec?.Identity.Jwt?.Subject == agent.Subject)];
        WorkloadEntry[] served = [.. entries.Where(e => own.Any(m => m.Metadata.Name == e.Metadata.Name))];
        int wanted = agent.IsUp ? 1 : 0;
        if (own.Length != wanted || served.Length != wanted)
        {
            yield return $"{agent.Subject} has {own.Length} registrations and {served.Length} entries, and should have {wanted}";
        }

        if (agent.IsUp && served is [{ } entry] && entry.Spec?.Address != agent.Address)
        {
            yield return $"{agent.Subject} is at {agent.Address}, and its entry says {entry.Spec?.Address}";
        }

        if (agent.IsUp && (own is not [{ IsConnected: true }] || !agent.IsConnected))
        {
            yield return $"{agent.Subject} is up, and isn't connected: it says {agent.IsConnected}, its registration {own.FirstOrDefault()?.IsConnected}";
        }
    }

    private static IEnumerable<string> Strangers(ChaosAgent[] agents, IReadOnlyList<WorkloadAutoRegistration> members, IReadOnlyList<WorkloadEntry> entries) =>
    [
        .. members.Where(m => agents.All(a => a.Subject != m.Spec?.Identity.Jwt?.Subject)).Select(m => $"a registration of no machine: {m.Metadata.Name}"),
        .. entries.Where(e => members.All(m => m.Metadata.Name != e.Metadata.Name)).Select(e => $"an entry without a registration: {e.Metadata.Name}"),
    ];

    private static string Seconds(Stopwatch watch) => watch.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);

    private static void Say(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);

    private sealed class Counts
    {
        public int Joined { get; set; }

        public int Left { get; set; }

        public int Crashed { get; set; }

        public int Back { get; set; }
    }
}
