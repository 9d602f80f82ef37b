using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;
using Onboarding.Tests.E2E.Conformance.Servers;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Conformance;

[Collection(ConformanceSuite.Name)]
public sealed class WatchCases(ConformanceServers servers)
{
    [Theory, OnEmbedded, OnKubernetes]
    public async Task A_watch_goes_on_where_a_list_ended(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        await stage.ConfigMapAsync("before");
        string version = (await stage.Client.ListAsync<V1ConfigMap>(stage.Namespace)).ResourceVersion;
        V1ConfigMap made = await stage.ConfigMapAsync("a");
        await stage.Client.UpdateAsync(made with { Data = new Dictionary<string, string> { ["k"] = "v" } });
        await stage.Client.DeleteAsync<V1ConfigMap>(stage.Namespace, "a");
        await using IAsyncEnumerator<WatchEvent<V1ConfigMap>> events = Watch(stage, new WatchOptions { ResourceVersion = version });
        (await NextAsync(events)).ShouldBe((WatchEventType.Added, "a"));
        (await NextAsync(events)).ShouldBe((WatchEventType.Modified, "a"));
        events.Current.Resource!.Data["k"].ShouldBe("v");
        string before = events.Current.ResourceVersion;
        (await NextAsync(events)).ShouldBe((WatchEventType.Deleted, "a"));
        events.Current.Resource!.Data["k"].ShouldBe("v", "a deletion shows the object as it was last");
        events.Current.ResourceVersion.ShouldNotBe(before, "a deletion has a version of its own");
        await stage.ConfigMapAsync("b");
        (await NextAsync(events)).ShouldBe((WatchEventType.Added, "b"));
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task Objects_that_leave_the_selection_are_reported_as_deleted(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        string version = (await stage.Client.ListAsync<V1ConfigMap>(stage.Namespace)).ResourceVersion;
        await stage.ConfigMapAsync("a");
        await LabelAsync("\"b\"");
        await LabelAsync("null");
        await using IAsyncEnumerator<WatchEvent<V1ConfigMap>> events =
            Watch(stage, new WatchOptions { ResourceVersion = version, LabelSelector = "a=b" });
        (await NextAsync(events)).ShouldBe((WatchEventType.Added, "a"));
        (await NextAsync(events)).ShouldBe((WatchEventType.Deleted, "a"));

        Task LabelAsync(string value) => stage.Client.PatchAsync<V1ConfigMap>(
            stage.Namespace, "a", V1Patch.Merge(Stage.Json("{\"metadata\":{\"labels\":{\"a\":" + value + "}}}")));
    }

    [Theory, OnEmbedded, OnKubernetes(Slow = "a real server sends a bookmark once a minute")]
    public async Task Bookmarks_say_how_far_history_has_come_where_nothing_matched(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        await BookmarkComesAsync(stage, stage.Client);
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task A_bookmark_comes_shortly_before_a_watch_ends(ServerKind server)
    {
        // The next watch resumes from it, and not from where nothing matched for long.
        Stage stage = await servers.StageAsync(server);
        using KubernetesClient client = stage.Server.With(new KubernetesClientOptions { WatchDuration = TimeSpan.FromSeconds(10) });
        await BookmarkComesAsync(stage, client);
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task A_version_from_before_the_history_has_expired(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        V1Lease lease = await stage.Client.CreateAsync(new V1Lease { Metadata = new() { Namespace = stage.Namespace, Name = "busy" } });
        for (int i = 0; i < 600; i++) // more than the embedded control plane keeps; a real one begins its history with the kind
        {
            lease = await stage.Client.UpdateAsync(lease with { LeaseTransitions = i + 1 });
        }

        await using IAsyncEnumerator<WatchEvent<Onboarding.Api.Policies.OnboardingPolicy>> events = stage.Client
            .WatchAsync<Onboarding.Api.Policies.OnboardingPolicy>(stage.Namespace, new WatchOptions { ResourceVersion = "1" })
            .GetAsyncEnumerator();
        KubernetesException refusal = await Stage.RefusedAsync(events.MoveNextAsync().AsTask(), 410, StatusReason.Expired);
        refusal.Status.Message.ShouldNotBeNull().ShouldStartWith("too old resource version: 1 (");
        refusal.IsExpired.ShouldBeTrue();
    }

    private static async Task BookmarkComesAsync(Stage stage, KubernetesClient client)
    {
        string version = (await client.ListAsync<V1ConfigMap>(stage.Namespace)).ResourceVersion;
        using var stop = new CancellationTokenSource(Eventually.Patience);
        await using IAsyncEnumerator<WatchEvent<V1ConfigMap>> events = client
            .WatchAsync<V1ConfigMap>(stage.Namespace, new WatchOptions { ResourceVersion = version, ReportBookmarks = true }, stop.Token)
            .GetAsyncEnumerator(stop.Token);
        await CreateAsync(stage, stage.Namespace);
        WatchEventType first = await NextTypeAsync(events);
        first.ShouldBe(WatchEventType.Added, "now the watch is there: a real server keeps bookmarks of what was before it to itself");

        V1ConfigMap elsewhere = await CreateAsync(stage, "default");
        do
        {
            (await NextTypeAsync(events)).ShouldBe(WatchEventType.Bookmark);
        }
        while (long.Parse(events.Current.ResourceVersion, null) < long.Parse(elsewhere.Metadata.ResourceVersion!, null));
    }

    private static Task<V1ConfigMap> CreateAsync(Stage stage, string @namespace) => stage.Client.CreateAsync(
        new V1ConfigMap { Metadata = new() { Namespace = @namespace, GenerateName = "other-" } });

    private static async Task<WatchEventType> NextTypeAsync(IAsyncEnumerator<WatchEvent<V1ConfigMap>> events)
    {
        (await events.MoveNextAsync()).ShouldBeTrue();
        return events.Current.Type;
    }

    private static IAsyncEnumerator<WatchEvent<V1ConfigMap>> Watch(Stage stage, WatchOptions options) =>
        stage.Client.WatchAsync<V1ConfigMap>(stage.Namespace, options).GetAsyncEnumerator();

    private static async Task<(WatchEventType Type, string? Name)> NextAsync(IAsyncEnumerator<WatchEvent<V1ConfigMap>> events)
    {
        (await events.MoveNextAsync().AsTask().WaitAsync(Eventually.Patience)).ShouldBeTrue();
        return (events.Current.Type, events.Current.Resource?.Metadata.Name);
    }
}
