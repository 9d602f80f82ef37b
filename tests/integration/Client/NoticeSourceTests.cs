using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Onboarding.Client.Credentials.Platforms;
using Onboarding.Client.Errors;
using Onboarding.Client.Notices;
using Onboarding.Testing;
using Onboarding.Testing.Clouds;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests;

/// <summary>What the metadata services say, as they document it, and what of that makes a machine leave.</summary>
public sealed class NoticeSourceTests
{
    private const string Spot = "/latest/meta-data/spot/instance-action";
    private const string Lifecycle = "/latest/meta-data/autoscaling/target-lifecycle-state";
    private const string Scheduled = "/latest/meta-data/events/maintenance/scheduled";
    private readonly ConcurrentDictionary<string, string> _answers = new();
    private readonly ConcurrentQueue<string> _acknowledged = new();
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(Spot, """{"action": "stop", "time": "2026-01-01T08:22:00Z"}""", "EC2 interrupts this spot instance (stop)", "2026-01-01T08:22:00Z")]
    [InlineData(Spot, """{"action": "hibernate", "time": "soon"}""", "EC2 interrupts this spot instance (hibernate)", null)]
    [InlineData(Spot, "garbage", null, null)]
    [InlineData(Spot, "[]", null, null)]
    [InlineData(Lifecycle, "InService", null, null)]
    [InlineData(Lifecycle, "Detached", null, null)]
    [InlineData(Lifecycle, "Terminated", "the Auto Scaling group takes this instance out (Terminated)", null)]
    [InlineData(Lifecycle, "Standby", "the Auto Scaling group takes this instance out (Standby)", null)]
    [InlineData(Lifecycle, "Warmed:Stopped", "the Auto Scaling group takes this instance out (Warmed:Stopped)", null)]
    [InlineData(Scheduled, "[]", null, null)]
    [InlineData(
        Scheduled,
        """
        [{"NotBefore": "21 Jan 2026 09:00:43 GMT", "Code": "system-reboot", "EventId": "instance-event-2", "State": "active"},
         {"NotBefore": "20 Jan 2026 09:00:43 GMT", "Code": "instance-stop", "EventId": "instance-event-1", "State": "completed"},
         {"NotBefore": "22 Jan 2026 09:00:43 GMT", "Code": "instance-stop", "EventId": "instance-event-3", "State": "active"}]
        """,
        "EC2 has scheduled system-reboot for this instance",
        "2026-01-21T09:00:43Z")]
    [InlineData(Scheduled, """[{"NotBefore": "some day", "Code": "system-reboot", "State": "active"}, 7]""", null, null)]
    public async Task Ec2(string path, string answer, string? what, string? deadline)
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync(AnswerAsync);
        _answers[path] = answer;
        using var patience = new CancellationTokenSource(Eventually.Patience);

        DepartureNotice? notice = await new Ec2NoticeSource(Environment("AWS_EC2_METADATA_SERVICE_ENDPOINT", server.Url.ToString()), _time).NextAsync(patience.Token);

        notice?.What.ShouldBe(what);
        (notice is null).ShouldBe(what is null);
        notice?.Deadline.ShouldBe(deadline is null ? null : DateTimeOffset.Parse(deadline, null));
        server.Requests.ShouldContain("PUT /latest/api/token");
    }

    [Fact]
    public void A_machine_serves_until_it_is_time()
    {
        var at = new DateTimeOffset(2026, 1, 21, 9, 0, 0, TimeSpan.Zero);

        new DepartureNotice("", "", at).IsDue(at.AddMinutes(-3)).ShouldBeFalse();
        new DepartureNotice("", "", at).IsDue(at.AddMinutes(-2)).ShouldBeTrue();
        new DepartureNotice("", "", null).IsDue(at).ShouldBeTrue();
    }

    [Theory]
    [InlineData("preempted", "TRUE", "Compute Engine preempts this instance", 30)]
    [InlineData("maintenance-event", "TERMINATE_ON_HOST_MAINTENANCE", "Compute Engine ends this instance for maintenance", 60)]
    [InlineData("maintenance-event", "MIGRATE_ON_HOST_MAINTENANCE", null, 0)]
    public async Task Compute_Engine_answers_when_a_value_changes(string name, string value, string? what, int seconds)
    {
        var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using LoopbackServer server = await LoopbackServer.StartAsync(async http =>
        {
            string asked = http.Request.Path.Value!.Split('/')[^1];
            if (http.Request.Query["wait_for_change"] == "true")
            {
                http.Request.Query["last_etag"].ToString().ShouldBe("etag-0");
                await (asked == name ? changed.Task : Task.Delay(Timeout.Infinite, http.RequestAborted)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            http.Response.Headers["Metadata-Flavor"] = "Google";
            http.Response.Headers.ETag = changed.Task.IsCompleted ? "etag-1" : "etag-0";
            await LoopbackServer.TextAsync(http, changed.Task.IsCompleted && asked == name ? value : asked == "preempted" ? "FALSE" : "NONE");
        });
        using var patience = new CancellationTokenSource(Eventually.Patience);
        using var source = new GcpNoticeSource(Environment("GCE_METADATA_HOST", $"127.0.0.1:{server.Port}"), _time);
        (await source.NextAsync(patience.Token)).ShouldBeNull();
        (await source.NextAsync(patience.Token)).ShouldBeNull();

        Task<DepartureNotice?> next = source.NextAsync(patience.Token);
        await Eventually.Is(() => server.Requests.Count(r => r.Contains("wait_for_change", StringComparison.Ordinal)) == 2, "both are waited for");
        next.IsCompleted.ShouldBeFalse();
        changed.SetResult();

        DepartureNotice? notice = await next;
        notice?.What.ShouldBe(what);
        (notice is null).ShouldBe(what is null);
        notice?.Deadline.ShouldBe(_time.GetUtcNow().AddSeconds(seconds));
        await patience.CancelAsync();
    }

    [Fact]
    public async Task Something_that_is_not_Googles_is_not_believed()
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync(http => LoopbackServer.TextAsync(http, "TRUE"));
        using var patience = new CancellationTokenSource(Eventually.Patience);
        using var source = new GcpNoticeSource(Environment("GCE_METADATA_HOST", $"127.0.0.1:{server.Port}"), _time);

        (await Should.ThrowAsync<OnboardingException>(() => source.NextAsync(patience.Token))).ErrorId.ShouldBe(ErrorIds.MetadataRefused);
    }

    [Theory]
    [InlineData("Preempt", """["vm1"]""", "Azure has scheduled Preempt for this machine", true)]
    [InlineData("Reboot", """["VM1", "vm2"]""", "Azure has scheduled Reboot for this machine", false)]
    [InlineData("Terminate", """["vm2"]""", null, false)]
    [InlineData("Freeze", """["vm1"]""", null, false)]
    public async Task Azure_is_told_to_go_on_only_for_an_event_of_this_machine_alone(string type, string resources, string? what, bool isAcknowledged)
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync(AnswerAsync);
        _answers["/metadata/instance/compute/name"] = "vm1";
        _answers["/metadata/scheduledevents"] =
            $$"""{"DocumentIncarnation": 2, "Events": [{"EventId": "602d", "EventStatus": "Scheduled", "EventType": "{{type}}", "ResourceType": "VirtualMachine", "Resources": {{resources}}, "NotBefore": "Mon, 19 Jan 2026 18:29:47 GMT"}]}""";
        using var patience = new CancellationTokenSource(Eventually.Patience);
        using var source = new AzureNoticeSource(Environment("AZURE_IMDS_ENDPOINT", server.Url.ToString()), _time);

        DepartureNotice? notice = await source.NextAsync(patience.Token);

        notice?.What.ShouldBe(what);
        (notice is null).ShouldBe(what is null);
        if (notice is not null)
        {
            notice.Deadline.ShouldBe(new DateTimeOffset(2026, 1, 19, 18, 29, 47, TimeSpan.Zero));
            await source.AcknowledgeAsync(notice, patience.Token);
        }

        _acknowledged.ShouldBe(isAcknowledged ? ["""{"StartRequests": [{"EventId": "602d"}]}"""] : []);
    }

    private static PlatformEnvironment Environment(string name, string value) => new() { Variable = asked => asked == name ? value : null };

    private async Task AnswerAsync(HttpContext http)
    {
        string path = http.Request.Path.Value!;
        if (path == "/latest/api/token")
        {
            await LoopbackServer.TextAsync(http, "token");
        }
        else if ((path.StartsWith("/latest/", StringComparison.Ordinal) && http.Request.Headers["X-aws-ec2-metadata-token"] != "token")
            || (path.StartsWith("/metadata/", StringComparison.Ordinal) && (http.Request.Headers["Metadata"] != "true" || http.Request.Query["api-version"].Count == 0)))
        {
            await LoopbackServer.StatusAsync(http, 401);
        }
        else if (http.Request.Method == "POST")
        {
            using var reader = new StreamReader(http.Request.Body);
            _acknowledged.Enqueue(await reader.ReadToEndAsync());
        }
        else
        {
            await (_answers.TryGetValue(path, out string? answer) ? LoopbackServer.TextAsync(http, answer) : LoopbackServer.StatusAsync(http, 404));
        }
    }
}
