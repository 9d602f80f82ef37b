using Onboarding.Testing;
using Onboarding.Tests.E2E.Infrastructure;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E;

/// <summary>The embedded control plane, killed in the middle of writes.</summary>
public sealed class CrashTests
{
    private const int Kills = 3;
    private const int Writers = 6;
    private const int WritesBeforeKill = 150;

    [Fact]
    public async Task Whatever_was_acknowledged_survives_kills_in_the_middle_of_writes()
    {
        await using var cluster = new CrashingCluster();
        var ledger = new Ledger();
        await cluster.StartAsync();
        for (int kill = 0; kill < Kills; kill++)
        {
            string from = await cluster.VersionAsync();
            long.Parse(from, null).ShouldBeGreaterThanOrEqualTo(ledger.Newest, "versions rise over restarts");
            int before = ledger.Count;
            Task[] writers = [.. Enumerable.Range(0, Writers).Select(w => cluster.WriteUntilKilledAsync($"k{kill}-w{w}", ledger))];
            await Eventually.Is(() => ledger.Count - before >= WritesBeforeKill, "enough was written");
            await cluster.KillAsync();
            await Task.WhenAll(writers);

            await cluster.StartAsync();
            ledger.Check(await cluster.ContentAsync());
            await ledger.CheckHistoryAsync(from, cluster);
        }
    }
}
