using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Onboarding.Client;
using Onboarding.Client.Credentials.Platforms;
using Onboarding.Client.Events;
using Onboarding.Client.Notices;
using Onboarding.Testing;
using Onboarding.Testing.Clouds;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests;

/// <summary>An agent whose platform says that it takes the machine away.</summary>
public sealed class NoticeTests : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();
    // Of the looks at the metadata service alone.
    private readonly FakeTimeProvider _looks = new();
    private volatile string? _spot;
    private LoopbackServer _metadata = null!;

    public async ValueTask DisposeAsync()
    {
        await (_metadata?.DisposeAsync() ?? default);
        _log.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_spot_instance_leaves_before_it_is_interrupted_and_comes_back_if_it_was_not()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        plane.PropagationDelay = TimeSpan.Zero;
        var served = new ConcurrentQueue<string>();
        plane.OnUnregister = _ => served.Enqueue(File.ReadAllText(_directory["sidecar.log"]));
        await using RunningAgent agent = await StartAsync(plane);

        _spot = Notice(TimeSpan.FromSeconds(120));
        await LookUntilAsync(agent, OnboardingPhase.Left);

        agent.Phases.SkipWhile(p => p != OnboardingPhase.DepartureNoticed)
            .ShouldBe([OnboardingPhase.DepartureNoticed, OnboardingPhase.Leaving, OnboardingPhase.Unregistered, OnboardingPhase.SidecarStopped, OnboardingPhase.Left]);
        plane.Unregistrations.Single().Reason.ShouldBeGolden();
        served.Single().ShouldNotContain("term", Case.Sensitive, "the entry goes before the sidecar");
        (await File.ReadAllTextAsync(_directory["sidecar.log"], CancellationToken.None)).ShouldContain("term");

        // A hibernated instance goes on where it was.
        _spot = null;
        await LookUntilAsync(agent, OnboardingPhase.DepartureCancelled);
        await Eventually.Is(() => agent.Phases.Count(p => p == OnboardingPhase.SidecarReady) == 2, "it is in again");
    }

    [Fact]
    public async Task What_is_not_drained_by_the_deadline_is_not_waited_for()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        plane.PropagationDelay = TimeSpan.FromMinutes(30);
        await using RunningAgent agent = await StartAsync(plane);

        _spot = Notice(TimeSpan.FromSeconds(6));
        await LookUntilAsync(agent, OnboardingPhase.Left);

        agent.Phases.ShouldContain(OnboardingPhase.Draining);
        plane.Unregistrations.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_metadata_service_that_fails_is_told_once_and_changes_nothing()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        await using RunningAgent agent = await StartAsync(plane);

        _spot = "500";
        await LookUntilAsync(agent, OnboardingPhase.NoticesUnread);

        agent.Phases.ShouldNotContain(OnboardingPhase.Leaving);
        _log.Entries.Count(e => e.EventId.Id == (int)OnboardingPhase.NoticesUnread).ShouldBe(1);
    }

    private static string Notice(TimeSpan ahead) => string.Create(
        CultureInfo.InvariantCulture, $$"""{"action": "terminate", "time": "{{DateTimeOffset.UtcNow + ahead:yyyy-MM-dd'T'HH:mm:ss'Z'}}"}""");

    private async Task<RunningAgent> StartAsync(FakePlane plane)
    {
        _metadata = await LoopbackServer.StartAsync(AnswerAsync);
        var environment = new PlatformEnvironment { Variable = name => name == "AWS_EC2_METADATA_SERVICE_ENDPOINT" ? _metadata.Url.ToString() : null };
        OnboardingAgentOptions options = RunningAgent.Options(_directory, plane, _log);
        RunningAgent agent = RunningAgent.Start(options with { CreateNotices = () => new Ec2NoticeSource(environment, _looks) });
        await agent.StepAsync(OnboardingPhase.SidecarReady);
        await Eventually.Is(() => File.Exists(_directory["sidecar.log"]), "the sidecar runs");
        return agent;
    }

    private Task LookUntilAsync(RunningAgent agent, OnboardingPhase phase) => Eventually.Is(
        () =>
        {
            _looks.Advance(TimeSpan.FromSeconds(5));
            return agent.Phases.Contains(phase);
        },
        $"{phase}");

    private Task AnswerAsync(HttpContext http) => (http.Request.Path.Value, _spot) switch
    {
        ("/latest/api/token", _) => LoopbackServer.TextAsync(http, "token"),
        ("/latest/meta-data/spot/instance-action", "500") => LoopbackServer.StatusAsync(http, 500),
        ("/latest/meta-data/spot/instance-action", { } notice) when http.Request.Headers["X-aws-ec2-metadata-token"] == "token" => LoopbackServer.TextAsync(http, notice),
        _ => LoopbackServer.StatusAsync(http, 404),
    };
}
