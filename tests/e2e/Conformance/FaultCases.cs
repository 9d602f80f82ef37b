using Onboarding.Kubernetes;
using Onboarding.Testing;
using Onboarding.Tests.E2E.Conformance.Servers;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Conformance;

/// <summary>
/// An informer on a bad line. After each fault its store is the server's content, and what its handlers were told is what
/// happened: no event twice, none left out.
/// </summary>
[Collection(ConformanceSuite.Name)]
public sealed class FaultCases(ConformanceServers servers)
{
    private const int Rounds = 3;

    [Theory]
    [OnEmbedded("drop", "stall", "truncate", "reset", "429", "500", "503")]
    [OnKubernetes("drop", "stall", "truncate", "reset", "429", "500", "503")]
    public async Task Nothing_is_lost_or_doubled_over(ServerKind server, string fault)
    {
        await using Followed followed = await Followed.StartAsync(await servers.StageAsync(server));
        for (int round = 0; round < Rounds; round++)
        {
            await followed.ChangeAsync($"before-{round}");
            await followed.SettledAsync();
            followed.Inflict(fault);
            await followed.ChangeAsync($"during-{round}");
            await followed.SettledAsync();
        }

        await Eventually.Is(() => followed.Told.Count >= followed.Happened.Count, "handlers are told after the store has it");
        followed.Told.ShouldBe(followed.Happened);
    }

    /// <summary>Refusals after which a watch can't go on: the informer lists again, and tells where things stand instead of each step.</summary>
    [Theory]
    [OnEmbedded("409", "410")]
    [OnKubernetes("409", "410")]
    public async Task A_watch_that_cannot_be_resumed_becomes_the_difference(ServerKind server, string fault)
    {
        await using Followed followed = await Followed.StartAsync(await servers.StageAsync(server));
        for (int round = 0; round < Rounds; round++)
        {
            await followed.ChangeAsync($"before-{round}");
            await followed.SettledAsync();
            followed.Inflict(fault);
            await followed.ChangeAsync($"during-{round}");
            await followed.SettledAsync();
        }

        await Eventually.Is(
            () => followed.Happened.GroupBy(h => h.Name).Where(h => h.Last().Type != WatchEventType.Deleted)
                .All(h => followed.Told.LastOrDefault(t => t.Name == h.Key)?.Version == h.Last().Version),
            "handlers are told after the store has it");
        ILookup<string, Step> told = followed.Told.ToLookup(s => s.Name);
        foreach (IGrouping<string, Step> happened in followed.Happened.GroupBy(s => s.Name))
        {
            string[] versions = [.. told[happened.Key].Select(s => s.Version)];
            versions.ShouldBeUnique(happened.Key);
            happened.Select(s => s.Version).Where(versions.Contains).ShouldBe(versions, "in the order in which they happened");
            if (versions.Length == 0)
            {
                happened.Last().Type.ShouldBe(WatchEventType.Deleted, "only what came and went in between was never seen");
                continue;
            }

            told[happened.Key].First().Type.ShouldBe(WatchEventType.Added);
            versions[^1].ShouldBe(happened.Last().Version);
        }
    }
}
