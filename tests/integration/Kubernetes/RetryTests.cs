using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Onboarding.Api.Meta;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.KubernetesTests;

public sealed class RetryTests
{
    private static readonly V1ConfigMap Map = new() { Metadata = new V1ObjectMeta { Name = "one", Namespace = "ns" } };

    public static TheoryData<string> Writes => ["create", "update", "merge", "json", "delete"];

    public static TheoryData<string> Repeatables => ["get", "list", "apply", "delete uid", "token"];

    [Theory]
    [MemberData(nameof(Repeatables))]
    public async Task What_does_no_harm_twice_is_repeated_on_failures_of_server_and_connection(string operation)
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(
            Answers.Status(500, "InternalError"), Answers.Json("", 502), Answers.Status(503, "ServiceUnavailable"), Answers.Abort, Good);
        using KubernetesClient client = server.Client();

        await RunAsync(client, operation);

        server.Requests.Count.ShouldBe(5);
        server.Requests.Select(r => r.Text).Distinct().Count().ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task A_write_that_may_have_been_carried_out_is_not_repeated(string operation)
    {
        foreach (Answer answer in (Answer[])[Answers.Status(500, "InternalError"), Answers.Status(503, "ServiceUnavailable"), Answers.Status(504, "Timeout", retryAfter: 1), Answers.Abort])
        {
            await using FakeApiServer server = await FakeApiServer.StartAsync(answer, Good);
            using KubernetesClient client = server.Client();

            await Should.ThrowAsync<KubernetesException>(() => RunAsync(client, operation));

            server.Requests.Count.ShouldBe(1);
        }
    }

    [Theory]
    [MemberData(nameof(Writes))]
    [MemberData(nameof(Repeatables))]
    public async Task What_priority_and_fairness_turned_away_comes_back_when_it_is_told_to(string operation)
    {
        var clock = new ImpatientClock();
        await using FakeApiServer server = await FakeApiServer.StartAsync(
            Answers.Status(429, "TooManyRequests", retryAfter: 7), Answers.Status(503, "ServiceUnavailable", retryAfter: 3), Good);
        using KubernetesClient client = server.Client(new KubernetesClientOptions { TimeProvider = clock });

        await RunAsync(client, operation);

        server.Requests.Count.ShouldBe(3);
        clock.Waits.ShouldBe([TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(3)]);
    }

    [Theory]
    [MemberData(nameof(Writes))]
    [MemberData(nameof(Repeatables))]
    public async Task A_conflict_is_never_retried(string operation)
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(Answers.Status(409, "Conflict"), Good);
        using KubernetesClient client = server.Client();

        KubernetesException e = await Should.ThrowAsync<KubernetesException>(() => RunAsync(client, operation));

        e.IsConflict.ShouldBeTrue();
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_server_that_wants_to_be_left_alone_for_long_is_reported_instead()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(Answers.Status(429, "TooManyRequests", retryAfter: 600), Good);
        using KubernetesClient client = server.Client();

        KubernetesException e = await Should.ThrowAsync<KubernetesException>(() => RunAsync(client, "get"));

        e.RetryAfter.ShouldBe(TimeSpan.FromMinutes(10));
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_date_after_which_to_come_back_is_heeded()
    {
        var clock = new ImpatientClock();
        await using FakeApiServer server = await FakeApiServer.StartAsync(
            async context =>
            {
                context.Response.Headers.RetryAfter = DateTimeOffset.UtcNow.AddSeconds(20).ToString("R");
                await Answers.Status(503, "ServiceUnavailable")(context);
            },
            Good);
        using KubernetesClient client = server.Client(new KubernetesClientOptions { TimeProvider = clock });

        await RunAsync(client, "create");

        clock.Waits.ShouldHaveSingleItem().ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20));
        server.Requests.Count.ShouldBe(2, "a server that says when to come back hasn't carried anything out");
    }

    [Fact]
    public async Task A_date_that_is_over_means_nothing()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(
            async context =>
            {
                context.Response.Headers.RetryAfter = DateTimeOffset.UtcNow.AddHours(-1).ToString("R");
                await Answers.Status(503, "ServiceUnavailable")(context);
            },
            Good);
        using KubernetesClient client = server.Client();

        KubernetesException e = await Should.ThrowAsync<KubernetesException>(() => RunAsync(client, "create"));

        e.RetryAfter.ShouldBeNull();
    }

    [Fact]
    public async Task Retrying_ends()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(Answers.Status(500, "InternalError"));
        using KubernetesClient client = server.Client(new KubernetesClientOptions { TimeProvider = new ImpatientClock(), MaxRetries = 2 });

        await Should.ThrowAsync<KubernetesException>(() => RunAsync(client, "get"));

        server.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Without_retries_a_request_is_sent_once()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(Answers.Status(500, "InternalError"), Good);
        using KubernetesClient client = server.Client(new KubernetesClientOptions { TimeProvider = new ImpatientClock(), MaxRetries = 0 });

        await Should.ThrowAsync<KubernetesException>(() => RunAsync(client, "get"));
        await RunAsync(client, "get");

        server.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_write_is_repeated_while_the_server_cannot_be_reached_at_all()
    {
        const string address = "http://127.0.0.1:1"; // tcpmux, which no one has
        var clock = new ImpatientClock();
        using var client = new KubernetesClient(new KubernetesClientConfiguration { Host = address }, new KubernetesClientOptions { TimeProvider = clock });

        KubernetesException e = await Should.ThrowAsync<KubernetesException>(() => RunAsync(client, "create"));

        clock.Waits.Count.ShouldBe(5);
        e.IsUnreachable.ShouldBeTrue();
        e.Reason.ShouldBe(StatusReason.Unreachable);
        e.Message.ShouldContain(address);
        e.Message.ShouldContain("kubectl get --raw /readyz");
    }

    [Fact]
    public async Task An_answer_that_does_not_come_is_given_up()
    {
        var clock = new ImpatientClock();
        await using FakeApiServer server = await FakeApiServer.StartAsync(Answers.Silence);
        using KubernetesClient client = server.Client(new KubernetesClientOptions { TimeProvider = clock });

        Task create = RunAsync(client, "create");
        await Testing.Eventually.Is(() => server.Requests.Count == 1, "the request to arrive");
        clock.Expire();

        KubernetesException e = await Should.ThrowAsync<KubernetesException>(() => create);
        e.Reason.ShouldBe(StatusReason.Unreachable);
        e.Message.ShouldContain("within 60 s");
    }

    [Fact]
    public async Task The_callers_own_cancellation_stays_one()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(Answers.Silence);
        using KubernetesClient client = server.Client();
        using var stop = new CancellationTokenSource();

        Task get = client.GetAsync<V1ConfigMap>("ns", "one", stop.Token);
        await Testing.Eventually.Is(() => server.Requests.Count == 1, "the request to arrive");
        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => get);
    }

    [Fact]
    public async Task An_answer_cut_off_in_its_middle_is_asked_for_again()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(
            async context =>
            {
                context.Response.ContentLength = 1000;
                await context.Response.WriteAsync("""{"kind":"ConfigMap","meta""");
                await context.Response.Body.FlushAsync();
                context.Abort();
            },
            Answers.ConfigMap());
        using KubernetesClient client = server.Client();

        (await client.GetAsync<V1ConfigMap>("ns", "one")).Metadata.Name.ShouldBe("one");
    }

    private static Task Good(HttpContext context) => Answers.Json(
        """{"metadata":{"name":"one","resourceVersion":"1"},"items":[],"status":{"token":"t","expirationTimestamp":"2030-01-01T00:00:00Z"}}""")(context);

    private static Task RunAsync(KubernetesClient client, string operation) => operation switch
    {
        "get" => client.GetAsync<V1ConfigMap>("ns", "one"),
        "list" => client.ListAsync<V1ConfigMap>("ns"),
        "create" => client.CreateAsync(Map),
        "update" => client.UpdateAsync(Map),
        "merge" => client.PatchAsync<V1ConfigMap>("ns", "one", V1Patch.Merge(new JsonObject())),
        "json" => client.PatchAsync<V1ConfigMap>("ns", "one", V1Patch.Json(new JsonArray())),
        "apply" => client.PatchAsync<V1ConfigMap>("ns", "one", V1Patch.Apply(Map.ToJson()), new PatchOptions { FieldManager = "me" }),
        "delete" => client.DeleteAsync<V1ConfigMap>("ns", "one", new DeleteOptions { ResourceVersion = "3" }),
        "delete uid" => client.DeleteAsync<V1ConfigMap>("ns", "one", new DeleteOptions { Uid = "u" }),
        "token" => client.CreateTokenAsync("ns", "default", ["istio-ca"], TimeSpan.FromHours(1)),
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, null),
    };
}
