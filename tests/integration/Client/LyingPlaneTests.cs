using Google.Protobuf.WellKnownTypes;
using Onboarding.Client.Events;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests;

/// <summary>A plane that names times that are none: the agent says so and goes on; it doesn't end of it.</summary>
public sealed class LyingPlaneTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();

    public void Dispose()
    {
        _log.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(long.MaxValue, 0)]
    [InlineData(long.MinValue, 0)]
    [InlineData(0, -1)]
    [InlineData(0, 1_000_000_000)]
    public async Task A_clock_that_tells_no_time_is_the_plane_s_failure(long seconds, int nanoseconds)
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.AmendPlane = said => said.ServerTime = new Timestamp { Seconds = seconds, Nanos = nanoseconds };
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));

        OnboardingStep failed = await agent.StepAsync(OnboardingPhase.AttemptFailed);
        failed.Failure!.ErrorId.ShouldBe("PlaneFailed");
        failed.Failure.Message.ShouldBeGolden();
        plane.Authorizations.ShouldBeEmpty();

        plane.AmendPlane = _ => { };
        await agent.StepAsync(OnboardingPhase.Connected);
    }

    [Fact]
    public async Task A_token_that_ends_at_no_time_is_the_plane_s_failure()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.AmendAuthorization = answer => answer.ExpiresAt = new Timestamp { Seconds = long.MaxValue };
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));

        OnboardingStep failed = await agent.StepAsync(OnboardingPhase.AttemptFailed);
        failed.Failure!.ErrorId.ShouldBe("PlaneFailed");

        plane.AmendAuthorization = _ => { };
        await agent.StepAsync(OnboardingPhase.Connected);
    }

    [Fact]
    public async Task A_session_stands_whatever_waits_the_plane_asks_for()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        plane.AmendAuthorization = answer => answer.ExpiresAt = new DateTimeOffset(9999, 1, 1, 0, 0, 0, TimeSpan.Zero).ToTimestamp();
        plane.AmendSession = said => (said.HeartbeatInterval, said.GracePeriod) =
            (new Duration { Seconds = long.MaxValue }, new Duration { Seconds = long.MinValue, Nanos = int.MaxValue });
        RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));
        await agent.StepAsync(OnboardingPhase.SidecarReady);

        // A timer that couldn't be set would fail the agent here at the latest.
        await agent.DisposeAsync();

        agent.Phases.ShouldNotContain(OnboardingPhase.Disconnected);
        agent.Phases.ShouldContain(OnboardingPhase.Left);
    }
}
