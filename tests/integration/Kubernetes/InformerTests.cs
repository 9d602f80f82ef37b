using System.Collections.Concurrent;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.KubernetesTests;

public sealed class InformerTests
{
    [Fact]
    public async Task Get_list_and_index_follow_every_change()
    {
        var objects = new ObjectServer();
        objects.Put("a", "red");
        objects.Put("b", "red");
        await using FakeApiServer server = await FakeApiServer.StartAsync(objects.HandleAsync);
        using KubernetesClient client = server.Client();
        var informer = new ResourceInformer<V1ConfigMap>(client, "ns");
        InformerIndex<V1ConfigMap> byColour = informer.AddIndex(m => [m.Data["key"]]);
        using var stop = new CancellationTokenSource();
        Task running = informer.RunAsync(stop.Token);
        await informer.HasSynced;

        Names(informer.List()).ShouldBe(["a", "b"]);
        Names(byColour.Find("red")).ShouldBe(["a", "b"]);
        informer.Get("ns", "a")!.Data["key"].ShouldBe("red");
        informer.Get("other", "a").ShouldBeNull();

        objects.Put("a", "blue");
        await Eventually.Is(() => byColour.Find("blue").Count == 1, "the change to arrive");
        Names(byColour.Find("red")).ShouldBe(["b"]);
        Names(informer.AddIndex(m => [m.Data["key"]]).Find("blue")).ShouldBe(["a"], "an index made later knows what is there");

        objects.Remove("b");
        await Eventually.Is(() => informer.List().Count == 1, "the deletion to arrive");
        byColour.Find("red").ShouldBeEmpty();
        informer.Get("ns", "b").ShouldBeNull();

        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task C_What_a_write_was_answered_with_is_kept_once_and_only_for_the_very_object_and_version()
    {
        var objects = new ObjectServer();
        await using FakeApiServer server = await FakeApiServer.StartAsync(objects.HandleAsync);
        using KubernetesClient client = server.Client();
        var asked = new ConcurrentQueue<string>();
        var known = new Dictionary<string, V1ConfigMap>();
        var informer = new ResourceInformer<V1ConfigMap>(client, "ns")
        {
            Known = (_, name, version) =>
            {
                asked.Enqueue($"{name}@{version}");
                return known.GetValueOrDefault(name);
            },
        };
        known["a"] = new V1ConfigMap { Metadata = new() { Namespace = "ns", Name = "a", Uid = "uid-a" } };
        known["b"] = new V1ConfigMap { Metadata = new() { Namespace = "ns", Name = "b", Uid = "of another b" } };
        using var stop = new CancellationTokenSource();
        Task running = informer.RunAsync(stop.Token);
        await informer.HasSynced;

        objects.Put("a");
        objects.Put("b");
        objects.Put("c");
        await Eventually.Is(() => informer.List().Count == 3, "three objects");

        informer.Get("ns", "a").ShouldBeSameAs(known["a"]);
        informer.Get("ns", "b").ShouldNotBeSameAs(known["b"], "it has another uid");
        informer.Get("ns", "c")!.Data["key"].ShouldBe("v");
        asked.Select(a => a.Split('@')[0]).ShouldBe(["a", "b", "c"]);
        objects.Remove("a");
        await Eventually.Is(() => informer.List().Count == 2, "a deletion is read as it comes");
        asked.Count.ShouldBe(3);

        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_copy_says_that_it_is_behind_what_its_own_client_wrote()
    {
        var objects = new ObjectServer();
        objects.Put("a", "red");
        await using FakeApiServer server = await FakeApiServer.StartAsync(context => context.Request.Method == "GET"
            ? objects.HandleAsync(context)
            : Answers.ConfigMap("a", "900000")(context));
        using KubernetesClient client = server.Client();
        var informer = new ResourceInformer<V1ConfigMap>(client, "ns");
        var elsewhere = new ResourceInformer<V1ConfigMap>(client, "other");
        var selected = new ResourceInformer<V1ConfigMap>(client, "ns", new ListOptions { LabelSelector = "a=b" });
        using var stop = new CancellationTokenSource();
        Task running = informer.RunAsync(stop.Token);
        await informer.HasSynced;
        informer.IsBehindOwnWrites.ShouldBeFalse();

        await client.UpdateAsync(new V1ConfigMap { Metadata = new() { Name = "a", Namespace = "ns" } });

        informer.IsBehindOwnWrites.ShouldBeTrue("its watch hasn't shown it");
        elsewhere.IsBehindOwnWrites.ShouldBeFalse("it will never be shown what is in another namespace");
        selected.IsBehindOwnWrites.ShouldBeFalse("nor what its selector leaves out");
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_change_tells_what_was_before()
    {
        var objects = new ObjectServer();
        objects.Put("a", "old");
        await using FakeApiServer server = await FakeApiServer.StartAsync(objects.HandleAsync);
        using KubernetesClient client = server.Client();
        var informer = new ResourceInformer<V1ConfigMap>(client, "ns");
        var changes = new ConcurrentQueue<ResourceEvent<V1ConfigMap>>();
        informer.Changed += changes.Enqueue;
        using var stop = new CancellationTokenSource();
        Task running = informer.RunAsync(stop.Token);
        await informer.HasSynced;

        objects.Put("a", "new");
        objects.Remove("a");
        await Eventually.Is(() => changes.Count == 3, "three changes");

        changes.Select(c => c.Type).ShouldBe([WatchEventType.Added, WatchEventType.Modified, WatchEventType.Deleted]);
        changes.Select(c => c.Previous?.Data["key"]).ShouldBe([null, "old", "new"]);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_handler_that_throws_keeps_nobody_from_the_next_change()
    {
        using var log = new TestLog();
        log.Expect("A handler failed on the change of ConfigMap ns/a");
        log.Expect("A handler failed on the change of ConfigMap ns/b");
        var objects = new ObjectServer();
        objects.Put("a");
        await using FakeApiServer server = await FakeApiServer.StartAsync(objects.HandleAsync);
        using KubernetesClient client = server.Client(new KubernetesClientOptions { LoggerFactory = log });
        var informer = new ResourceInformer<V1ConfigMap>(client, "ns");
        int seen = 0;
        informer.Changed += _ => throw new InvalidOperationException("bug");
        informer.Changed += _ => Interlocked.Increment(ref seen);
        using var stop = new CancellationTokenSource();
        Task running = informer.RunAsync(stop.Token);
        await informer.HasSynced;

        objects.Put("b");

        await Eventually.Is(() => Volatile.Read(ref seen) == 2, "both changes");
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Selectors_go_with_the_list_and_with_the_watch()
    {
        var objects = new ObjectServer();
        await using FakeApiServer server = await FakeApiServer.StartAsync(objects.HandleAsync);
        using KubernetesClient client = server.Client();
        var informer = new ResourceInformer<V1ConfigMap>(client, null, new ListOptions { LabelSelector = "x=y", FieldSelector = "metadata.name=a", Limit = 3 });
        using var stop = new CancellationTokenSource();
        Task running = informer.RunAsync(stop.Token);
        await Eventually.Is(() => server.Requests.Count == 2, "list and watch");
        await stop.CancelAsync();
        await running;

        server.Requests.ShouldAllBe(r => r.Path == "/api/v1/configmaps" && r.Query["labelSelector"] == "x=y" && r.Query["fieldSelector"] == "metadata.name=a");
        server.Requests[0].Query["limit"].ShouldBe("500");
    }

    [Fact]
    public async Task One_that_is_stopped_before_it_knows_anything_says_so()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(Answers.Silence);
        using KubernetesClient client = server.Client();
        var informer = new ResourceInformer<V1ConfigMap>(client);
        using var stop = new CancellationTokenSource();
        Task running = informer.RunAsync(stop.Token);

        await stop.CancelAsync();
        await running;

        informer.HasSynced.IsCanceled.ShouldBeTrue();
        await Should.ThrowAsync<InvalidOperationException>(() => informer.RunAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_missing_permission_is_reported_and_waited_out()
    {
        using var log = new TestLog();
        var objects = new ObjectServer { Intercept = _ => Answers.Status(403, "Forbidden", "configmaps is forbidden") };
        await using FakeApiServer server = await FakeApiServer.StartAsync(objects.HandleAsync);
        using KubernetesClient client = server.Client(new KubernetesClientOptions { TimeProvider = new ImpatientClock(), LoggerFactory = log });
        var informer = new ResourceInformer<V1ConfigMap>(client, "ns");
        using var stop = new CancellationTokenSource();
        Task running = informer.RunAsync(stop.Token);
        await Eventually.Is(() => informer.LastError is KubernetesException { Reason: StatusReason.Forbidden }, "the refusal to be seen");
        log.Text.ShouldContain("configmaps is forbidden");

        objects.Intercept = null;

        await informer.HasSynced;
        await stop.CancelAsync();
        await running;
    }

    private static IEnumerable<string> Names(IEnumerable<V1ConfigMap> maps) => maps.Select(m => m.Metadata.Name).Order(StringComparer.Ordinal);
}
