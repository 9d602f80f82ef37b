using Onboarding.Api;
using Onboarding.Api.Control;
using Onboarding.Client.BootConfiguration;
using Onboarding.Client.Control;
using Onboarding.Client.Errors;
using Onboarding.Client.Events;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.ControlTests;

public sealed class AgentStateTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private AgentState _state = new();
    private TimeSpan _elapsed;

    [Fact]
    public void A_machine_that_was_never_told_to_join_is_out() => _state.Phase.ShouldBe(AgentPhase.Out);

    [Fact]
    public void Each_milestone_says_how_long_it_took_from_the_one_before()
    {
        Joined();
        AgentStatus status = ControlMessages.ToMessage(_state);
        status.Phase.ShouldBe(AgentPhase.Connected);
        status.Timeline.Select(m => m.Took.ToTimeSpan().TotalMilliseconds).ShouldBe([10, 10, 10, 10, 10]);
    }

    [Fact]
    public void A_sidecar_started_by_hand_counts_from_its_start()
    {
        Joined();
        _elapsed += TimeSpan.FromHours(1);
        Tell(new AgentEvent.SidecarStarted(7));
        Tell(new AgentEvent.SidecarReady(7));
        AgentStatus status = ControlMessages.ToMessage(_state);
        status.Phase.ShouldBe(AgentPhase.Healthy);
        status.Timeline[^1].Took.ToTimeSpan().ShouldBe(TimeSpan.FromMilliseconds(10));
    }

    [Fact]
    public void A_renewal_changes_nothing_of_where_the_machine_is_unless_it_is_refused()
    {
        Joined();
        Tell(new AgentEvent.PlaneFound("https://plane", "p", TimeSpan.Zero, null));
        Tell(new AgentEvent.CredentialObtained("demo", "p", DateTimeOffset.MaxValue));
        Tell(Authorized(2));
        _state.Phase.ShouldBe(AgentPhase.Connected);
        Tell(new AgentEvent.RenewalFailed(Why("EndpointUnreachable")));
        _state.Phase.ShouldBe(AgentPhase.Connected);
        Tell(new AgentEvent.RenewalFailed(Why("PlaneRefused")));
        (_state.Phase, _state.IsInSession).ShouldBe((AgentPhase.Refused, true));
        ControlMessages.ToMessage(_state).Failure.ErrorId.ShouldBe("PlaneRefused");
        ControlMessages.ToMessage(_state).TokenExpiresAt.ToDateTimeOffset().ShouldBe(Start.AddHours(2));
        Tell(new AgentEvent.CredentialObtained("demo", "p", DateTimeOffset.MaxValue));
        Tell(new AgentEvent.SidecarReady(7));
        _state.Phase.ShouldBe(AgentPhase.Refused);
        Tell(new AgentEvent.TokenRenewed(Start.AddHours(2)));
        _state.Phase.ShouldBe(AgentPhase.Healthy);
        ControlMessages.ToMessage(_state).Failure.ShouldBeNull();
    }

    [Fact]
    public void A_machine_whose_registration_went_is_not_healthy_whatever_its_sidecar_says()
    {
        Joined();
        Tell(new AgentEvent.SidecarReady(7));
        _state.Phase.ShouldBe(AgentPhase.Healthy);
        Tell(new AgentEvent.RegistrationGone("REGISTRATION_DELETED"));
        AgentStatus status = ControlMessages.ToMessage(_state);
        (status.Phase, status.Registration, status.Address, status.SpiffeId).ShouldBe((AgentPhase.Pending, "", "", ""));
        Tell(new AgentEvent.Refused(Why("PlaneRefused"), TimeSpan.Zero));
        Tell(new AgentEvent.CredentialObtained("demo", "p", DateTimeOffset.MaxValue));
        _state.Phase.ShouldBe(AgentPhase.Refused);
        Tell(new AgentEvent.SidecarReady(7));
        _state.Phase.ShouldBe(AgentPhase.Refused);
        Tell(Authorized(1));
        Tell(Registered);
        Tell(Connected);
        _state.Phase.ShouldBe(AgentPhase.Healthy);
    }

    [Fact]
    public void A_session_that_is_refused_is_over()
    {
        Joined();
        Tell(new AgentEvent.Refused(Why("PlaneRefused"), TimeSpan.Zero));
        (_state.Phase, _state.IsInSession).ShouldBe((AgentPhase.Refused, false));
    }

    [Fact]
    public void Between_two_instances_a_machine_is_in_no_session()
    {
        Joined();
        Tell(new AgentEvent.Relocating(TimeSpan.Zero));
        _state.Phase.ShouldBe(AgentPhase.Disconnected);
        Tell(new AgentEvent.AttemptFailed(Why("EndpointUnreachable"), TimeSpan.Zero));
        _state.Phase.ShouldBe(AgentPhase.Disconnected);
    }

    [Fact]
    public void A_reconnect_with_a_sidecar_that_runs_is_healthy_again()
    {
        Joined();
        Tell(new AgentEvent.SidecarStarted(7));
        Tell(new AgentEvent.SidecarReady(7));
        Tell(new AgentEvent.Disconnected(Why("EndpointUnreachable"), TimeSpan.Zero));
        _state.Phase.ShouldBe(AgentPhase.Disconnected);
        Tell(new AgentEvent.AttemptFailed(Why("EndpointUnreachable"), TimeSpan.Zero));
        _state.Phase.ShouldBe(AgentPhase.Disconnected);
        Tell(Connected);
        _state.Phase.ShouldBe(AgentPhase.Healthy);
        ControlMessages.ToMessage(_state).Failure.ShouldBeNull();
    }

    [Theory]
    [InlineData(true, AgentPhase.Refused)]
    [InlineData(false, AgentPhase.Pending)]
    public void What_goes_wrong_on_the_way_is_kept(bool isRefused, AgentPhase phase)
    {
        _state = _state.Begin(Start);
        Tell(isRefused ? new AgentEvent.Refused(Why("SomeError"), TimeSpan.Zero) : new AgentEvent.AttemptFailed(Why("SomeError"), TimeSpan.Zero));
        _state.Phase.ShouldBe(phase);
        ControlMessages.ToMessage(_state).Failure.ErrorId.ShouldBe("SomeError");
    }

    [Fact]
    public void A_sidecar_that_ends_makes_it_no_longer_healthy()
    {
        Joined();
        Tell(new AgentEvent.SidecarReady(7));
        Tell(new AgentEvent.SidecarFailed("it ended", null));
        _state.Phase.ShouldBe(AgentPhase.Connected);
    }

    [Fact]
    public void Having_left_forgets_what_it_was()
    {
        Joined();
        Tell(new AgentEvent.LeavingBegan());
        _state.Phase.ShouldBe(AgentPhase.Leaving);
        Tell(new AgentEvent.Left());
        AgentStatus status = ControlMessages.ToMessage(_state);
        (status.Phase, status.Registration, status.Address, status.SpiffeId).ShouldBe((AgentPhase.Out, "", "", ""));
        _state = _state.Begin(Start);
        ControlMessages.ToMessage(_state).Timeline.ShouldBeEmpty();
    }

    [Fact]
    public void Only_the_last_steps_are_kept_newest_first()
    {
        for (int i = 0; i < 50; i++)
        {
            Tell(new AgentEvent.PlaneFound($"https://{i}", "p", TimeSpan.Zero, null));
        }

        AgentStatus status = ControlMessages.ToMessage(_state);
        status.Steps.Count.ShouldBe(20);
        status.Steps[0].Properties["endpoint"].ShouldBe("https://49");
    }

    private void Joined()
    {
        _state = _state.Begin(Start);
        Tell(new AgentEvent.CredentialObtained("demo", "p", DateTimeOffset.MaxValue));
        Tell(Authorized(1));
        Tell(Registered);
        Tell(Connected);
        Tell(new AgentEvent.BootConfigurationWritten(new BootVersion(1, "c", "l", "u", "spiffe://x", Start), "/boot", BootChange.Core));
    }

    [Fact]
    public void An_excluded_machine_is_out_and_says_why()
    {
        Joined();
        Tell(new AgentEvent.Excluded("STAY_OUT"));
        (_state.Phase, _state.IsInSession, _state.Registration).ShouldBe((AgentPhase.Out, false, ""));
        _state.Failure!.Reason.ShouldBe("STAY_OUT");
        _state = _state.Begin(Start);
        Tell(new AgentEvent.Refused(new OnboardingException("PlaneRefused", "It failed.", "try") { Reason = Reasons.StayOut }, TimeSpan.Zero));
        _state.Phase.ShouldBe(AgentPhase.Out);
    }

    [Fact]
    public void A_crashed_agent_is_out_though_its_registration_is_in_the_cluster()
    {
        Joined();
        Tell(new AgentEvent.Crashed(Why("AgentFailed")));
        (_state.Phase, _state.IsInSession, _state.Registration).ShouldBe((AgentPhase.Out, false, "r"));
    }

    [Fact]
    public void What_it_was_before_an_event_stays_what_it_was()
    {
        Joined();
        AgentState before = _state;
        Tell(new AgentEvent.Left());
        (before.Phase, before.Registration, before.Steps.Count).ShouldBe((AgentPhase.Connected, "r", 5));
    }

    private static AgentEvent Registered => new AgentEvent.Registered("r", "u", "10.0.0.1", "spiffe://x");

    private static AgentEvent Connected => new AgentEvent.Connected("plane-0", "s", 1, null);

    private static AgentEvent.Authorized Authorized(double hours) => new()
    {
        Group = "bookinfo/ratings",
        Policy = "p",
        Rule = 1,
        Registration = "r",
        CorrelationId = "c",
        TokenExpiresAt = Start.AddHours(hours),
    };

    private static OnboardingException Why(string errorId) => new(errorId, "It failed.", "try");

    private void Tell(AgentEvent happened)
    {
        _elapsed += TimeSpan.FromMilliseconds(10);
        _state = _state.Fold(new OnboardingStep(happened, Start + _elapsed, _elapsed));
    }
}
