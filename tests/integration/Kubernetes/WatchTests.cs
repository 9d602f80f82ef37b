using System.Text;
using System.Text.Json.Nodes;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.KubernetesTests;

public sealed class WatchTests
{
    private static readonly string[] Changes =
    [
        TestObjects.Event("ADDED", TestObjects.ConfigMap("a", "11")),
        TestObjects.Event("MODIFIED", TestObjects.ConfigMap("a", "12", "w")),
        TestObjects.Event("DELETED", TestObjects.ConfigMap("a", "13", "w")),
    ];

    [Fact]
    public async Task Changes_arrive_in_order_with_their_objects()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(Answers.Watch(Changes, stay: true));

        IReadOnlyList<WatchEvent<V1ConfigMap>> events = await TakeAsync(server, 3);

        events.Select(e => (e.Type, e.ResourceVersion)).ShouldBe(
            [(WatchEventType.Added, "11"), (WatchEventType.Modified, "12"), (WatchEventType.Deleted, "13")]);
        events[1].Resource!.Data["key"].ShouldBe("w");
        RecordedRequest request = server.Requests.Single();
        request.Path.ShouldBe("/api/v1/namespaces/ns/configmaps");
        request.Query["watch"].ShouldBe("true");
        request.Query["allowWatchBookmarks"].ShouldBe("true");
        request.Query["resourceVersion"].ShouldBe("10");
        request.Query["labelSelector"].ShouldBe("app=x");
        int.Parse(request.Query["timeoutSeconds"]).ShouldBeInRange(300, 450);
    }

    [Fact]
    public async Task A_watch_the_server_ends_goes_on_where_it_stood()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(
            Answers.Watch([Changes[0]], stay: false), Answers.Watch([Changes[1]], stay: false), Answers.Watch([Changes[2]], stay: true));

        await TakeAsync(server, 3);

        server.Requests.Select(r => r.Query["resourceVersion"]).ShouldBe(["10", "11", "12"]);
    }

    [Fact]
    public async Task A_watch_that_ends_after_each_event_is_not_opened_faster_and_faster()
    {
        const int Events = 12;
        var clock = new ImpatientClock();
        int version = 10;
        await using FakeApiServer server = await FakeApiServer.StartAsync(context =>
            Answers.Watch([TestObjects.Event("MODIFIED", TestObjects.ConfigMap("a", $"{Interlocked.Increment(ref version)}"))], stay: false)(context));

        await TakeAsync(server, Events, clock);

        // One connection may follow the first at once; all others wait, and longer each time.
        server.Requests.Count.ShouldBe(Events);
        clock.Waits.Count.ShouldBeGreaterThanOrEqualTo(Events - 3);
        clock.Waits.Max().ShouldBeGreaterThan(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task A_bookmark_moves_the_watch_on_and_is_only_reported_if_asked_for()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(
            Answers.Watch([TestObjects.Bookmark("50")], stay: false), Answers.Watch([TestObjects.Event("ADDED", TestObjects.ConfigMap("a", "60"))], stay: true));

        (await TakeAsync(server, 1)).Single().ResourceVersion.ShouldBe("60");
        server.Requests[1].Query["resourceVersion"].ShouldBe("50");

        await using FakeApiServer another = await FakeApiServer.StartAsync(Answers.Watch([TestObjects.Bookmark("50")], stay: true));
        WatchEvent<V1ConfigMap> bookmark = (await TakeAsync(another, 1, bookmarks: true)).Single();
        bookmark.Type.ShouldBe(WatchEventType.Bookmark);
        bookmark.Resource.ShouldBeNull();
    }

    [Fact]
    public async Task An_event_of_a_megabyte_arrives_whole()
    {
        string value = new('x', 1024 * 1024);
        await using FakeApiServer server = await FakeApiServer.StartAsync(Answers.Watch(
            [Changes[0], TestObjects.Event("MODIFIED", TestObjects.ConfigMap("a", "12", value)), Changes[2]], stay: true));

        IReadOnlyList<WatchEvent<V1ConfigMap>> events = await TakeAsync(server, 3);

        events[1].Resource!.Data["key"].Length.ShouldBe(value.Length);
    }

    [Fact]
    public async Task Events_in_the_smallest_pieces_and_several_in_one_arrive_alike()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(async context =>
        {
            byte[] bytes = Encoding.UTF8.GetBytes($"{Changes[0]}\n\n  \r\n{Changes[1]}\r\n{Changes[2]}\n");
            foreach (byte[] piece in bytes.Chunk(7).Append([]))
            {
                await context.Response.Body.WriteAsync(piece);
                await context.Response.Body.FlushAsync();
            }

            await Answers.Silence(context);
        });

        (await TakeAsync(server, 3)).Select(e => e.ResourceVersion).ShouldBe(["11", "12", "13"]);
    }

    [Theory]
    [InlineData("""{"type":"MODIFIED","object":{"metadata":{"name":"a","resourceVersion":"1""")]
    [InlineData("""{"type":"MODIFIED","object":{"metadata":{"name":"a"}}}""")]
    [InlineData("""{"type":"STRANGE","object":{"metadata":{"name":"a","resourceVersion":"12"}}}""")]
    [InlineData("""{"type":"MODIFIED"}""")]
    [InlineData("[]")]
    [InlineData("garbage")]
    public async Task What_is_no_whole_event_is_asked_for_again(string line)
    {
        using var log = new TestLog();
        await using FakeApiServer server = await FakeApiServer.StartAsync(
            Answers.Watch([Changes[0], line], stay: false), Answers.Watch([Changes[1]], stay: true));

        IReadOnlyList<WatchEvent<V1ConfigMap>> events = await TakeAsync(server, 2, log: log);

        events.Select(e => e.ResourceVersion).ShouldBe(["11", "12"]);
        server.Requests[1].Query["resourceVersion"].ShouldBe("11");
        TestLogEntry broken = log.Entries.Single(e => e.EventId.Id == 2011);
        broken.Message.ShouldContain("api/v1/namespaces/ns/configmaps");
        broken.Message.ShouldContain(" 11: ");
    }

    [Fact]
    public async Task Failures_of_server_and_connection_are_waited_out()
    {
        var clock = new ImpatientClock();
        await using FakeApiServer server = await FakeApiServer.StartAsync(
            Answers.Abort,
            Answers.Status(500, "InternalError"),
            Answers.Status(429, "TooManyRequests", retryAfter: 4),
            Answers.Watch([TestObjects.Error(500, "InternalError")], stay: true),
            Answers.Watch([Changes[0]], stay: true));

        (await TakeAsync(server, 1, clock)).Single().ResourceVersion.ShouldBe("11");

        clock.Waits.ShouldContain(TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task Silence_for_too_long_is_a_dead_connection()
    {
        var clock = new ImpatientClock();
        await using FakeApiServer server = await FakeApiServer.StartAsync(
            Answers.Watch([Changes[0]], stay: true), Answers.Silence, Answers.Watch([Changes[1]], stay: true));

        int seen = 0;
        Task<IReadOnlyList<WatchEvent<V1ConfigMap>>> events = TakeAsync(server, 2, clock, onEvent: () => Interlocked.Increment(ref seen));
        await Eventually.Is(() => Volatile.Read(ref seen) == 1, "the first event");
        await Eventually.Is(
            () =>
            {
                // Again and again: the limit of a connection is set a moment after the server has seen it.
                if (server.Requests.Count <= 2)
                {
                    clock.Expire();
                }

                return events.IsCompleted;
            },
            "the third connection");

        (await events).Select(e => e.ResourceVersion).ShouldBe(["11", "12"]);
        server.Requests[^1].Query["resourceVersion"].ShouldBe("11");
    }

    [Fact]
    public async Task A_server_that_has_forgotten_says_so_to_the_caller()
    {
        await using FakeApiServer first = await FakeApiServer.StartAsync(Answers.Status(410, "Expired"));
        (await Should.ThrowAsync<KubernetesException>(() => TakeAsync(first, 1))).IsExpired.ShouldBeTrue();

        await using FakeApiServer second = await FakeApiServer.StartAsync(Answers.Watch([TestObjects.Error(410, "Expired")], stay: true));
        (await Should.ThrowAsync<KubernetesException>(() => TakeAsync(second, 1))).IsExpired.ShouldBeTrue();
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task What_patience_does_not_cure_is_the_callers_affair(int code)
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(Answers.Status(code, "Whatever"));

        KubernetesException e = await Should.ThrowAsync<KubernetesException>(() => TakeAsync(server, 1));

        e.Status.Code.ShouldBe(code);
    }

    [Fact]
    public async Task Without_a_version_what_exists_comes_first()
    {
        JsonObject[] items = [TestObjects.ConfigMap("a", "3"), TestObjects.ConfigMap("b", "9")];
        await using FakeApiServer server = await FakeApiServer.StartAsync(
            Answers.Json(TestObjects.List("10", null, items)), Answers.Watch([Changes[1]], stay: true));
        using KubernetesClient client = server.Client();

        var seen = new List<string>();
        await foreach (WatchEvent<V1ConfigMap> e in client.WatchAsync<V1ConfigMap>("ns"))
        {
            seen.Add($"{e.Type} {e.Resource!.Metadata.Name}");
            if (seen.Count == 3)
            {
                break;
            }
        }

        seen.ShouldBe(["Added a", "Added b", "Modified a"]);
        server.Requests[1].Query["resourceVersion"].ShouldBe("10");
    }

    [Fact]
    public async Task Cancelling_ends_a_silent_watch()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(Answers.Watch([], stay: true));
        using KubernetesClient client = server.Client();
        using var stop = new CancellationTokenSource();

        await using IAsyncEnumerator<WatchEvent<V1ConfigMap>> watch =
            client.WatchAsync<V1ConfigMap>("ns", new WatchOptions { ResourceVersion = "10" }).GetAsyncEnumerator(stop.Token);
        ValueTask<bool> next = watch.MoveNextAsync();
        await Eventually.Is(() => server.Requests.Count == 1, "the watch to start");
        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(async () => await next);
    }

    private static async Task<IReadOnlyList<WatchEvent<V1ConfigMap>>> TakeAsync(
        FakeApiServer server, int count, ImpatientClock? clock = null, bool bookmarks = false, TestLog? log = null, Action? onEvent = null)
    {
        var clientOptions = new KubernetesClientOptions { TimeProvider = clock ?? new ImpatientClock() };
        using KubernetesClient client = server.Client(log is null ? clientOptions : clientOptions with { LoggerFactory = log });
        var options = new WatchOptions { ResourceVersion = "10", LabelSelector = "app=x", ReportBookmarks = bookmarks };
        var events = new List<WatchEvent<V1ConfigMap>>();
        await foreach (WatchEvent<V1ConfigMap> e in client.WatchAsync<V1ConfigMap>("ns", options))
        {
            events.Add(e);
            onEvent?.Invoke();
            if (events.Count == count)
            {
                break;
            }
        }

        return events;
    }
}
