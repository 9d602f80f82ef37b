using System.Collections.Concurrent;
using Onboarding.Api.Rpc;
using Onboarding.Client;
using Onboarding.Client.Events;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests;

public sealed class LeavingTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();

    private string Workload => _directory["state/workloads/bookinfo.ratings"];

    public void Dispose()
    {
        _log.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task The_records_go_first_and_the_sidecar_serves_on_for_as_long_as_the_plane_says()
    {
        var time = new FakeTimeProvider();
        await using FakePlane plane = await FakePlane.StartAsync(time);
        plane.Boot = BootConfigurations.Make();
        plane.PropagationDelay = TimeSpan.FromSeconds(10);
        var atUnregister = new ConcurrentQueue<string>();
        plane.OnUnregister = _ => atUnregister.Enqueue(File.ReadAllText(_directory["sidecar.log"]));
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));
        await agent.StepAsync(OnboardingPhase.SidecarReady);
        await Eventually.Is(() => File.Exists(_directory["sidecar.log"]), "the sidecar to run");
        Task leaving = agent.BeginStop();
        await agent.StepAsync(OnboardingPhase.Draining);
        plane.Unregistrations.Count.ShouldBe(1);
        atUnregister.Single().ShouldNotContain("term");
        await Eventually.Is(() => time.PendingTimers > 0, "the delay to begin");
        time.Advance(TimeSpan.FromSeconds(9.9));
        leaving.IsCompleted.ShouldBeFalse();
        File.ReadAllText(_directory["sidecar.log"]).ShouldNotContain("term");
        await Eventually.Is(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(0.1));
                return leaving.IsCompleted;
            },
            "the agent to leave");
        File.ReadAllText(_directory["sidecar.log"]).ShouldContain("term");
        OnboardingPhase[] tail = [.. agent.Phases.Where(p => p >= OnboardingPhase.Leaving)];
        tail.ShouldBe([OnboardingPhase.Leaving, OnboardingPhase.Unregistered, OnboardingPhase.Draining, OnboardingPhase.SidecarStopped, OnboardingPhase.Left]);
    }

    [Fact]
    public async Task A_session_that_hears_of_the_end_first_changes_nothing()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));
        FakeSession session = await plane.NextSessionAsync();
        await agent.StepAsync(OnboardingPhase.SidecarReady);
        plane.OnUnregister = _ =>
        {
            session.Send(new PlaneMessage { RegistrationGone = new RegistrationGone { Reason = "unregistered", Rejoin = true } });
            SpinWait.SpinUntil(() => agent.Phases.Contains(OnboardingPhase.RegistrationGone), Eventually.Patience);
        };

        await agent.BeginStop();

        OnboardingPhase[] tail = [.. agent.Phases.Where(p => p >= OnboardingPhase.Leaving)];
        tail.ShouldContain(OnboardingPhase.Unregistered);
        tail.ShouldContain(OnboardingPhase.SidecarStopped);
        tail[^1].ShouldBe(OnboardingPhase.Left);
        plane.Registrations.Count.ShouldBe(1, "it doesn't come back");
    }

    [Fact]
    public async Task Boot_configuration_and_registration_are_removed_and_the_key_is_kept()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));
        await agent.StepAsync(OnboardingPhase.SidecarReady);
        await agent.StopAsync();
        Directory.GetFileSystemEntries(Path.Combine(Workload, "boot")).ShouldBeEmpty();
        File.Exists(Path.Combine(Workload, "registration.json")).ShouldBeFalse();
        File.Exists(Path.Combine(Workload, "sidecar.json")).ShouldBeFalse();
        File.Exists(_directory["state/agent-key.pem"]).ShouldBeTrue();
    }

    [Fact]
    public async Task A_plane_that_is_gone_does_not_keep_the_agent()
    {
        FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        OnboardingAgentOptions options = RunningAgent.Options(_directory, plane, _log);
        await using RunningAgent agent = RunningAgent.Start(options with { TimeProvider = new HastyTime() });
        await agent.StepAsync(OnboardingPhase.SidecarReady);
        await plane.DisposeAsync();
        await agent.StepAsync(OnboardingPhase.Disconnected);
        await agent.StopAsync();
        OnboardingStep failed = await agent.StepAsync(OnboardingPhase.UnregisterFailed);
        failed.Properties["nextStep"].ShouldBe("kubectl -n bookinfo delete war ratings-jwt-demo--vm1");
        agent.Phases.ShouldContain(OnboardingPhase.SidecarStopped);
    }

    /// <summary>Process groups and supervisors send two signals within milliseconds.</summary>
    [Fact]
    public async Task A_second_signal_at_once_skips_the_waiting_and_not_the_unregistration()
    {
        var time = new FakeTimeProvider();
        await using FakePlane plane = await FakePlane.StartAsync(time);
        plane.Boot = BootConfigurations.Make();
        plane.PropagationDelay = TimeSpan.FromSeconds(10);
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));
        await agent.StepAsync(OnboardingPhase.SidecarReady);
        Task leaving = agent.BeginStop();
        agent.Hurry();
        await leaving.WaitAsync(Eventually.Patience);
        plane.Unregistrations.Count.ShouldBe(1);
        agent.Phases.ShouldNotContain(OnboardingPhase.UnregisterFailed);
        agent.Phases[^1].ShouldBe(OnboardingPhase.Left);
    }

    [Fact]
    public async Task A_second_signal_ends_the_draining_and_no_message_states_a_time_that_has_not_passed()
    {
        var time = new FakeTimeProvider();
        await using FakePlane plane = await FakePlane.StartAsync(time);
        plane.Boot = BootConfigurations.Make();
        plane.PropagationDelay = TimeSpan.Zero;
        OnboardingAgentOptions options = RunningAgent.Options(_directory, plane, _log);
        string stubborn = ShellScript.Write(_directory, "stubborn", """trap 'echo "term $$" >> "$(dirname "$0")/sidecar.log"' TERM; echo start >> "$(dirname "$0")/sidecar.log"; while :; do sleep 0.05; done""");
        options = options with { Agent = options.Agent with { Sidecar = new() { Command = new() { Path = stubborn } } } };
        await using RunningAgent agent = RunningAgent.Start(options);
        await agent.StepAsync(OnboardingPhase.SidecarReady);
        await Eventually.Is(() => File.Exists(_directory["sidecar.log"]), "the sidecar to run");
        Task leaving = agent.BeginStop();
        await Eventually.Is(() => File.ReadAllText(_directory["sidecar.log"]).Contains("term"), "the sidecar to be told to end");
        leaving.IsCompleted.ShouldBeFalse();
        agent.Hurry();
        await leaving.WaitAsync(Eventually.Patience);
        _log.Entries.Single(e => e.EventId.Name == "SidecarKilled").Message.ShouldContain(" 0.0 s ");
        _log.Text.ShouldNotContain("00:00:30");
        agent.Phases[^1].ShouldBe(OnboardingPhase.Left);
    }

    [Fact]
    public async Task An_agent_that_never_got_in_has_nothing_to_take_out()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.OnAuthorize = _ => throw FakePlane.Refusal(Grpc.Core.StatusCode.PermissionDenied, "NOT_AUTHORIZED", "no");
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));
        await agent.StepAsync(OnboardingPhase.Refused);
        await agent.StopAsync();
        plane.Unregistrations.ShouldBeEmpty();
        agent.Phases.ShouldNotContain(OnboardingPhase.UnregisterFailed);
        agent.Phases[^1].ShouldBe(OnboardingPhase.Left);
    }

    [Fact]
    public async Task After_leaving_another_agent_may_have_the_state_directory()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        OnboardingAgentOptions options = RunningAgent.Options(_directory, plane, _log);
        await using (RunningAgent first = RunningAgent.Start(options))
        {
            await first.StepAsync(OnboardingPhase.Connected);
            Should.Throw<Onboarding.Client.Errors.OnboardingException>(() => OnboardingAgent.Open(options)).ErrorId.ShouldBe("StateDirectoryInUse");
        }

        await using RunningAgent second = RunningAgent.Start(options);
        await second.StepAsync(OnboardingPhase.Connected);
    }

    /// <summary>The real clock, but waits of ten seconds and more take a hundredth of that.</summary>
    private sealed class HastyTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime == TimeSpan.FromSeconds(10) ? dueTime / 100 : dueTime, period);
    }
}
