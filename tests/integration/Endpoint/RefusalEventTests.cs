using System.Globalization;
using System.Text.Json.Nodes;
using Google.Rpc;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Onboarding.Api;
using Onboarding.Api.Istio;
using Onboarding.Api.Runtime;
using Onboarding.Fleet.Status;
using Onboarding.Kubernetes.Models;
using Onboarding.Plane.Cluster;
using Onboarding.Plane.Events;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

public sealed class RefusalEventTests : IAsyncLifetime
{
    private TestPlane _plane = null!;

    public async ValueTask InitializeAsync() => _plane = await TestPlane.StartAsync();

    public async ValueTask DisposeAsync() => await _plane.DisposeAsync();

    [Fact]
    public async Task A_refused_workload_is_an_Event_of_the_group_it_asked_for()
    {
        ErrorInfo first = await RefusedAsync("host-1");
        CoreV1Event seen = await OneEventAsync();

        seen.InvolvedObject.Kind.ShouldBe("WorkloadGroup");
        seen.InvolvedObject.Name.ShouldBe("ratings");
        (seen.Type, seen.Reason, seen.Count).ShouldBe(("Warning", "OnboardingRefused", 1));
        seen.Message.ShouldBeGolden();
        seen.FirstTimestamp.ShouldNotBeNull();
        IReadOnlyDictionary<string, string> said = seen.Metadata.Annotations;
        JsonNode.Parse(said[EventAnnotations.CorrelationIds])!.AsArray().Single()!.GetValue<string>().ShouldBe(first.Metadata["correlationId"]);
        said[EventAnnotations.Reason].ShouldBe("NOT_AUTHORIZED");
        said[EventAnnotations.Instance].ShouldBe("jwt-corp--host-1");
        JsonNode.Parse(said[EventAnnotations.Identity])!["jwt"]!["subject"]!.GetValue<string>().ShouldBe("host-1");
        said[EventAnnotations.Explanation].ShouldBeGolden();
        said[EventAnnotations.Remediation].ShouldBe("kubectl -n bookinfo edit onboardingpolicy joiners");
    }

    [Fact]
    public async Task B3_a_dry_run_is_found_by_its_correlation_id_and_counts_as_no_refusal()
    {
        TestAgent agent = _plane.Agent("host-1");
        agent.Credential = uid =>
        {
            JsonObject claims = _plane.Issuer.Claims(uid, _plane.Time.GetUtcNow(), "host-1");
            claims["custom_attributes"]!["role"] = "reviews";
            return _plane.Issuer.Sign(claims);
        };
        ErrorInfo refused = await TestAgent.RefusedAsync(() => agent.AuthorizeAsync(change: request => request.DryRun = true));
        var reports = new StatusReports(_plane.Client, _plane.Time);
        StatusReport? found = null;

        await Eventually.Is(
            async () => (found = (await reports.ListAsync(new StatusQuery { CorrelationId = refused.Metadata["correlationId"] }, CancellationToken.None)).SingleOrDefault()) is not null,
            "the dry run is found");

        found!.Explanation.ShouldNotBeNull().ShouldContain("role");
        (await reports.ListAsync(new StatusQuery(), CancellationToken.None)).ShouldBeEmpty();
        (await EventsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task B4_a_member_s_binding_is_never_to_be_deleted()
    {
        TestAgent member = _plane.Agent("host-1");
        await member.AuthorizeAsync();
        await member.RegisterAsync();
        await Eventually.Is(
            () => _plane.Endpoint.Services.GetRequiredService<ClusterState>().Registrations.Get("bookinfo", "ratings-jwt-corp--host-1") is not null, "the registration is seen");

        string told = (await RefusalOfAsync("host-1")).ShouldNotBeNull();

        told.ShouldContain("bookinfo/ratings-jwt-corp--host-1");
        told.ShouldNotContain("delete workloadkeybinding");
        (await OneEventAsync()).Metadata.Annotations[EventAnnotations.Remediation].ShouldBe("kubectl -n bookinfo get war ratings-jwt-corp--host-1 -o yaml");
    }

    [Fact]
    public async Task B4_a_second_agent_of_an_identity_is_told_which_group_holds_it_and_since_when_it_is_connected()
    {
        await _plane.Client.CreateAsync(WorkloadGroup.FromJson((JsonObject)JsonNode.Parse(
            """{"metadata": {"name": "ratings-canary", "namespace": "bookinfo", "labels": {"app": "ratings"}}, "spec": {"template": {"serviceAccount": "bookinfo-ratings"}}}""")!));
        TestAgent member = _plane.Agent("host-1");
        TestSession session = await member.JoinAsync();
        await session.NextAsync(Onboarding.Api.Rpc.PlaneMessage.MessageOneofCase.BootConfiguration);
        await Eventually.Is(() => Member() is { Status.Session.EstablishedAt: not null }, "the session is seen");
        DateTimeOffset since = Member()!.Status!.Session!.EstablishedAt!.Value;

        string told = await ToldAsync();
        told.ShouldContain(Text(since));
        told.Replace(Text(since), "<since>", StringComparison.Ordinal).ShouldBeGolden();

        session.Dispose();
        await Eventually.Is(() => Member() is { Status.Session.EndedAt: not null }, "its end is seen");
        (await ToldAsync()).Replace(Text(Member()!.Status!.Session!.EndedAt!.Value), "<until>", StringComparison.Ordinal).ShouldBeGolden();

        static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

        WorkloadAutoRegistration? Member() =>
            _plane.Endpoint.Services.GetRequiredService<ClusterState>().Registrations.Get("bookinfo", "ratings-jwt-corp--host-1");

        async Task<string> ToldAsync()
        {
            string told = "";
            // A group that was just made isn't known to the plane yet.
            await Eventually.Is(
                async () =>
                {
                    RpcException e = await Should.ThrowAsync<RpcException>(() => _plane.Agent("host-1").AuthorizeAsync("ratings-canary"));
                    told = e.Status.Detail;
                    return TestAgent.ReasonOf(e).Reason == Reasons.KeyMismatch;
                },
                "the second agent is refused for its key");
            return told;
        }
    }

    [Fact]
    public async Task Who_was_not_verified_and_groups_that_do_not_exist_leave_no_Event()
    {
        TestAgent forged = _plane.Agent();
        forged.Credential = uid => _plane.Issuer.Sign(_plane.Issuer.Claims("another-plane", _plane.Time.GetUtcNow()));
        await TestAgent.RefusedAsync(() => forged.AuthorizeAsync());
        await TestAgent.RefusedAsync(() => _plane.Agent().AuthorizeAsync("no-such-group"));
        TestAgent owner = _plane.Agent("host-5");
        await owner.AuthorizeAsync();
        TestAgent thief = _plane.Agent("host-5");
        thief.Token = owner.Token;
        await TestAgent.RefusedAsync(() => thief.RegisterAsync());

        // One that does leave an Event, behind them all.
        await RefusedAsync("host-9");
        (await OneEventAsync()).Metadata.Annotations[EventAnnotations.Instance].ShouldBe("jwt-corp--host-9");
    }

    [Fact]
    public async Task A_series_is_one_object_written_once_a_minute_with_the_last_five_correlation_ids()
    {
        var time = new FakeTimeProvider();
        var writer = new EventWriter(_plane.Client, time, NullLogger<EventWriter>.Instance);
        using var stop = new CancellationTokenSource();
        Task running = writer.RunAsync(stop.Token);
        Enumerable.Range(1, 3).ToList().ForEach(i => writer.Add(Occurrence($"id-{i}")));

        await TickUntilAsync(time, async () => (await EventsAsync()).Count == 1, "the first is written");
        (await EventsAsync()).Single().Count.ShouldBe(3);
        string version = (await EventsAsync()).Single().Metadata.ResourceVersion!;
        time.Advance(TimeSpan.FromSeconds(2));
        Enumerable.Range(4, 4).ToList().ForEach(i => writer.Add(Occurrence($"id-{i}")));
        for (int i = 0; i < 100; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
        }

        (await EventsAsync()).Single().Metadata.ResourceVersion.ShouldBe(version, "not again within the minute");
        time.Advance(TimeSpan.FromMinutes(1));
        await TickUntilAsync(time, async () => (await EventsAsync()).Single().Count == 7, "the rest is written");

        CoreV1Event series = (await EventsAsync()).Single();
        JsonNode.Parse(series.Metadata.Annotations[EventAnnotations.CorrelationIds])!.AsArray().Select(id => id!.GetValue<string>())
            .ShouldBe(["id-7", "id-6", "id-5", "id-4", "id-3"]);
        series.LastTimestamp!.Value.ShouldBeGreaterThan(series.FirstTimestamp!.Value);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    [Fact]
    public async Task A_writer_that_starts_anew_goes_on_with_the_series()
    {
        foreach (string id in (string[])["id-1", "id-2"])
        {
            var time = new FakeTimeProvider();
            var writer = new EventWriter(_plane.Client, time, NullLogger<EventWriter>.Instance);
            using var stop = new CancellationTokenSource();
            Task running = writer.RunAsync(stop.Token);
            writer.Add(Occurrence(id));
            await TickUntilAsync(
                time,
                async () => (await EventsAsync()).Any(e => e.Metadata.Annotations[EventAnnotations.CorrelationIds].Contains(id, StringComparison.Ordinal)),
                id);
            await stop.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(running);
        }

        (await EventsAsync()).ShouldHaveSingleItem().Count.ShouldBe(2);
    }

    [Fact]
    public async Task Ten_series_at_most_are_written_in_a_second()
    {
        var time = new FakeTimeProvider();
        var writer = new EventWriter(_plane.Client, time, NullLogger<EventWriter>.Instance);
        using var stop = new CancellationTokenSource();
        Task running = writer.RunAsync(stop.Token);
        Enumerable.Range(1, 30).ToList().ForEach(i => writer.Add(Occurrence($"id-{i}") with { Key = $"host-{i}" }));

        for (int i = 0; i < 10; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            int at = i;
            await Eventually.Is(async () => (await EventsAsync()).Count >= Math.Min(at, 1), "a tick is worked on");
        }

        (await EventsAsync()).Count.ShouldBeLessThanOrEqualTo(10);
        await TickUntilAsync(time, async () => (await EventsAsync()).Count == 30, "all are written in time");
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    private static PlaneEvent Occurrence(string id) => new()
    {
        About = new V1ObjectReference { ApiVersion = "networking.istio.io/v1", Kind = "WorkloadGroup", Namespace = "bookinfo", Name = "ratings", Uid = "u" },
        Key = "somebody",
        Reason = "OnboardingRefused",
        Message = "m",
        CorrelationId = id,
    };

    private static Task TickUntilAsync(FakeTimeProvider time, Func<Task<bool>> condition, string what) => Eventually.Is(
        async () =>
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            return await condition();
        },
        what);

    private async Task<ErrorInfo> RefusedAsync(string subject)
    {
        TestAgent agent = _plane.Agent(subject);
        agent.Credential = uid =>
        {
            JsonObject claims = _plane.Issuer.Claims(uid, _plane.Time.GetUtcNow(), subject);
            claims["custom_attributes"]!["role"] = "reviews";
            return _plane.Issuer.Sign(claims);
        };
        return await TestAgent.RefusedAsync(() => agent.AuthorizeAsync());
    }

    private async Task<string?> RefusalOfAsync(string subject)
    {
        RpcException e = await Should.ThrowAsync<RpcException>(() => _plane.Agent(subject).AuthorizeAsync());
        TestAgent.ReasonOf(e).Reason.ShouldBe(Reasons.KeyMismatch);
        return e.Status.Detail;
    }

    private async Task<CoreV1Event> OneEventAsync()
    {
        await Eventually.Is(async () => (await EventsAsync()).Count > 0, "an Event");
        return (await EventsAsync()).ShouldHaveSingleItem();
    }

    private async Task<IReadOnlyList<CoreV1Event>> EventsAsync() =>
        [.. (await _plane.Client.ListAsync<CoreV1Event>("bookinfo")).Items.Where(e => e.Reason == EventAnnotations.Refused)];
}
