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
        await informer.HasSynced.WaitAsync(TimeSpan.FromSeconds(30));
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
        deletions.ShouldBe(4);
        await stop.CancelAsync();
        await run;

        static HashSet<string> Contents(IEnumerable<V1ConfigMap> items) =>
            [.. items.Select(i => $"{i.Metadata.Name} {i.Metadata.Uid} {i.Metadata.ResourceVersion}")];
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task One_of_two_candidates_leads_and_the_other_follows_when_it_leaves(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        V1Lease taken = await stage.Client.CreateAsync(new V1Lease
        {
            Metadata = new() { Namespace = stage.Namespace, Name = "leader" },
            HolderIdentity = "one",
            LeaseDuration = TimeSpan.FromSeconds(15),
            AcquireTime = DateTimeOffset.UnixEpoch,
            RenewTime = DateTimeOffset.UnixEpoch.AddMicroseconds(1),
        });
        V1Lease released = await stage.Client.UpdateAsync(taken with { HolderIdentity = "" });
        V1Lease seen = await stage.Client.GetAsync<V1Lease>(stage.Namespace, "leader");
        seen.RenewTime.ShouldBe(DateTimeOffset.UnixEpoch.AddMicroseconds(1));
        await stage.Client.UpdateAsync(seen with { HolderIdentity = "two", LeaseTransitions = 1 });
        await Stage.RefusedAsync(stage.Client.UpdateAsync(released with { HolderIdentity = "three" }), 409, StatusReason.Conflict);
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
