using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;
using Onboarding.Tests.E2E.Conformance.Servers;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Conformance;

[Collection(ConformanceSuite.Name)]
public sealed class InformerCases(ConformanceServers servers)
{
    [Theory, OnEmbedded, OnKubernetes]
    public async Task An_informer_ends_with_what_the_server_has(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        await stage.ConfigMapAsync("before", ("k", "v"));
        var informer = new ResourceInformer<V1ConfigMap>(stage.Client, stage.Namespace);
        int deletions = 0;
        informer.Changed += change => deletions += change.Type == WatchEventType.Deleted ? 1 : 0;
        using var stop = new CancellationTokenSource();
        Task run = informer.RunAsync(stop.Token);
        await informer.HasSynced.WaitAsync(Eventually.Patience);
        informer.Get(stage.Namespace, "before").ShouldNotBeNull().Data["k"].ShouldBe("v");

        await Parallel.ForAsync(0, 8, async (worker, cancellation) =>
        {
            V1ConfigMap mine = await stage.ConfigMapAsync($"w{worker}");
            for (int i = 0; i < 5; i++)
            {
                mine = await stage.Client.UpdateAsync(mine with { Data = new Dictionary<string, string> { ["i"] = $"{i}" } }, cancellationToken: cancellation);
            }

            if (worker % 2 == 0)
            {
                await stage.Client.DeleteAsync<V1ConfigMap>(stage.Namespace, mine.Metadata.Name, null, cancellation);
            }
        });

        KubernetesList<V1ConfigMap> truth = await stage.Client.ListAsync<V1ConfigMap>(stage.Namespace);
        await Eventually.Is(() => Contents(informer.List()).SetEquals(Contents(truth.Items)), "the informer has what the server has");
        await Eventually.Is(() => Volatile.Read(ref deletions) == 4, "each deletion was told");
        await stop.CancelAsync();
        await run;

        static HashSet<string> Contents(IEnumerable<V1ConfigMap> items) =>
            [.. items.Select(i => $"{i.Metadata.Name} {i.Metadata.Uid} {i.Metadata.ResourceVersion}")];
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task One_of_two_candidates_leads_and_the_other_follows_when_it_leaves(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        int leading = 0;
        int most = 0;
        using var stopFirst = new CancellationTokenSource();
        using var stopSecond = new CancellationTokenSource();
        LeaderElector first = Candidate("one");
        Task firstRuns = first.RunAsync(LeadAsync, stopFirst.Token);
        await Eventually.Is(() => first.IsLeader, "the first leads");
        LeaderElector second = Candidate("two");
        Task secondRuns = second.RunAsync(LeadAsync, stopSecond.Token);
        await Eventually.Is(() => second.CurrentLeader == "one", "the second sees who leads");
        second.IsLeader.ShouldBeFalse();

        await stopFirst.CancelAsync();
        await firstRuns;
        await Eventually.Is(() => second.IsLeader, "the second leads");
        V1Lease lease = await stage.Client.GetAsync<V1Lease>(stage.Namespace, "leader");
        (lease.HolderIdentity, lease.LeaseTransitions).ShouldBe(("two", 1));
        await stopSecond.CancelAsync();
        await secondRuns;
        most.ShouldBe(1, "nobody leads beside another");
        (await stage.Client.GetAsync<V1Lease>(stage.Namespace, "leader")).HolderIdentity.ShouldBeNullOrEmpty("it is given back");

        LeaderElector Candidate(string identity) => new(
            stage.Client,
            stage.Namespace,
            "leader",
            identity,
            new LeaderElectorOptions
            {
                LeaseDuration = TimeSpan.FromMinutes(3),
                RenewDeadline = TimeSpan.FromMinutes(2),
                RetryPeriod = TimeSpan.FromMilliseconds(200),
            });

        async Task LeadAsync(CancellationToken cancellationToken)
        {
            most = Math.Max(most, Interlocked.Increment(ref leading));
            await Task.Delay(Timeout.Infinite, cancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
            Interlocked.Decrement(ref leading);
        }
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task A_lease_keeps_microseconds_and_only_its_newest_state_can_be_written(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        V1Lease made = await stage.Client.CreateAsync(new V1Lease
        {
            Metadata = new() { Namespace = stage.Namespace, Name = "l" },
            HolderIdentity = "one",
            LeaseDuration = TimeSpan.FromSeconds(15),
            RenewTime = DateTimeOffset.UnixEpoch.AddMicroseconds(1),
        });
        (await stage.Client.GetAsync<V1Lease>(stage.Namespace, "l")).RenewTime.ShouldBe(DateTimeOffset.UnixEpoch.AddMicroseconds(1));
        await stage.Client.UpdateAsync(made with { HolderIdentity = "two" });
        await Stage.RefusedAsync(stage.Client.UpdateAsync(made with { HolderIdentity = "three" }), 409, StatusReason.Conflict);
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task Events_are_found_by_what_they_are_about(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        V1ConfigMap about = await stage.ConfigMapAsync("a");
        foreach (string name in (string[])["a", "b"])
        {
            await stage.Client.CreateAsync(new CoreV1Event
            {
                Metadata = new() { Namespace = stage.Namespace, GenerateName = $"{name}." },
                InvolvedObject = new()
                {
                    ApiVersion = "v1",
                    Kind = "ConfigMap",
                    Namespace = stage.Namespace,
                    Name = name,
                    Uid = about.Metadata.Uid,
                },
                Type = "Warning",
                Reason = "Refused",
                Message = $"about {name}",
                Component = "conformance",
                FirstTimestamp = DateTimeOffset.UnixEpoch,
                LastTimestamp = DateTimeOffset.UnixEpoch,
            });
        }

        KubernetesList<CoreV1Event> found = await stage.Client.ListAsync<CoreV1Event>(
            stage.Namespace, new ListOptions { FieldSelector = "involvedObject.name=b,type=Warning,reason=Refused" });
        found.Items.ShouldHaveSingleItem().Message.ShouldBe("about b");
    }
}
