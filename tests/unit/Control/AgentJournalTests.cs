using Onboarding.Api.Control;
using Onboarding.Client.Control;
using Onboarding.Client.Errors;
using Onboarding.Client.Flow;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.ControlTests;

public sealed class AgentJournalTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly AgentJournal _journal = new();
    private TimeSpan _elapsed;

    [Fact]
    public void A_machine_that_was_never_told_to_join_is_out() => _journal.Phase.ShouldBe(AgentPhase.Out);

    [Fact]
    public void Each_milestone_says_how_long_it_took_from_the_one_before()
    {
        Joined();
        AgentStatus status = _journal.Snapshot();
        status.Phase.ShouldBe(AgentPhase.Connected);
        status.Timeline.Select(m => m.Took.ToTimeSpan().TotalMilliseconds).ShouldBe([10, 10, 10, 10, 10]);
    }

    [Fact]
    public void A_sidecar_started_by_hand_counts_from_its_start()
    {
        Joined();
        _elapsed += TimeSpan.FromHours(1);
        Step(OnboardingPhase.SidecarStarted);
        Step(OnboardingPhase.SidecarReady);
        AgentStatus status = _journal.Snapshot();
        status.Phase.ShouldBe(AgentPhase.Healthy);
        status.Timeline[^1].Took.ToTimeSpan().ShouldBe(TimeSpan.FromMilliseconds(10));
    }

    [Fact]
    public void A_renewal_changes_nothing_of_where_the_machine_is_unless_it_is_refused()
    {
        Joined();
        Step(OnboardingPhase.PlaneFound);
        Step(OnboardingPhase.CredentialObtained);
        Step(OnboardingPhase.Authorized, ("tokenExpiresAt", Start.AddHours(2).ToString("O")));
        _journal.Phase.ShouldBe(AgentPhase.Connected);
        Failed(OnboardingPhase.RenewalFailed, "EndpointUnreachable");
        _journal.Phase.ShouldBe(AgentPhase.Connected);
        Failed(OnboardingPhase.RenewalFailed, "PlaneRefused");
        (_journal.Phase, _journal.IsInSession).ShouldBe((AgentPhase.Refused, true));
        _journal.Snapshot().Failure.ErrorId.ShouldBe("PlaneRefused");
        _journal.Snapshot().TokenExpiresAt.ToDateTimeOffset().ShouldBe(Start.AddHours(2));
        Step(OnboardingPhase.CredentialObtained);
        Step(OnboardingPhase.SidecarReady);
        _journal.Phase.ShouldBe(AgentPhase.Refused);
        Step(OnboardingPhase.TokenRenewed);
        _journal.Phase.ShouldBe(AgentPhase.Healthy);
        _journal.Snapshot().Failure.ShouldBeNull();
    }

    [Fact]
    public void A_machine_whose_registration_went_is_not_healthy_whatever_its_sidecar_says()
    {
        Joined();
        Step(OnboardingPhase.SidecarReady);
        _journal.Phase.ShouldBe(AgentPhase.Healthy);
        Step(OnboardingPhase.RegistrationGone);
        AgentStatus status = _journal.Snapshot();
        (status.Phase, status.Registration, status.Address, status.SpiffeId).ShouldBe((AgentPhase.Pending, "", "", ""));
        Failed(OnboardingPhase.Refused, "PlaneRefused");
        Step(OnboardingPhase.CredentialObtained);
        _journal.Phase.ShouldBe(AgentPhase.Refused);
        Step(OnboardingPhase.SidecarReady);
        _journal.Phase.ShouldBe(AgentPhase.Refused);
        Step(OnboardingPhase.Authorized, ("registration", "r"));
        Step(OnboardingPhase.Registered, ("registration", "r"));
        Step(OnboardingPhase.Connected);
        _journal.Phase.ShouldBe(AgentPhase.Healthy);
    }

    [Fact]
    public void A_session_that_is_refused_is_over()
    {
        Joined();
        Failed(OnboardingPhase.Refused, "PlaneRefused");
        (_journal.Phase, _journal.IsInSession).ShouldBe((AgentPhase.Refused, false));
    }

    [Fact]
    public void Between_two_instances_a_machine_is_in_no_session()
    {
        Joined();
        Step(OnboardingPhase.Relocating);
        _journal.Phase.ShouldBe(AgentPhase.Disconnected);
        Failed(OnboardingPhase.AttemptFailed, "EndpointUnreachable");
        _journal.Phase.ShouldBe(AgentPhase.Disconnected);
    }

    [Fact]
    public void A_reconnect_with_a_sidecar_that_runs_is_healthy_again()
    {
        Joined();
        Step(OnboardingPhase.SidecarStarted);
        Step(OnboardingPhase.SidecarReady);
        Failed(OnboardingPhase.Disconnected, "EndpointUnreachable");
        _journal.Phase.ShouldBe(AgentPhase.Disconnected);
        Failed(OnboardingPhase.AttemptFailed, "EndpointUnreachable");
        _journal.Phase.ShouldBe(AgentPhase.Disconnected);
        Step(OnboardingPhase.Connected);
        _journal.Phase.ShouldBe(AgentPhase.Healthy);
        _journal.Snapshot().Failure.ShouldBeNull();
    }

    [Theory]
    [InlineData(OnboardingPhase.Refused, AgentPhase.Refused)]
    [InlineData(OnboardingPhase.AttemptFailed, AgentPhase.Pending)]
    public void What_goes_wrong_on_the_way_is_kept(OnboardingPhase step, AgentPhase phase)
    {
        _journal.Begin(Start);
        Failed(step, "SomeError");
        _journal.Phase.ShouldBe(phase);
        _journal.Snapshot().Failure.ErrorId.ShouldBe("SomeError");
    }

    [Fact]
    public void A_sidecar_that_ends_makes_it_no_longer_healthy()
    {
        Joined();
        Step(OnboardingPhase.SidecarReady);
        Step(OnboardingPhase.SidecarFailed);
        _journal.Phase.ShouldBe(AgentPhase.Connected);
    }

    [Fact]
    public void Having_left_forgets_what_it_was()
    {
        Joined();
        Step(OnboardingPhase.Leaving);
        _journal.Phase.ShouldBe(AgentPhase.Leaving);
        Step(OnboardingPhase.Left);
        AgentStatus status = _journal.Snapshot();
        (status.Phase, status.Registration, status.Address, status.SpiffeId).ShouldBe((AgentPhase.Out, "", "", ""));
        _journal.Begin(Start);
        _journal.Snapshot().Timeline.ShouldBeEmpty();
    }

    [Fact]
    public void Only_the_last_steps_are_kept_newest_first()
    {
        for (int i = 0; i < 50; i++)
        {
            Step(OnboardingPhase.PlaneFound, ("n", i.ToString()));
        }

        AgentStatus status = _journal.Snapshot();
        status.Steps.Count.ShouldBe(20);
        status.Steps[0].Properties["n"].ShouldBe("49");
    }

    private void Joined()
    {
        _journal.Begin(Start);
        Step(OnboardingPhase.CredentialObtained);
        Step(OnboardingPhase.Authorized, ("registration", "r"), ("policy", "p"), ("tokenExpiresAt", Start.AddHours(1).ToString("O")));
        Step(OnboardingPhase.Registered, ("registration", "r"), ("address", "10.0.0.1"), ("spiffeId", "spiffe://x"));
        Step(OnboardingPhase.Connected, ("instance", "plane-0"));
        Step(OnboardingPhase.BootConfigurationWritten);
    }

    private void Step(OnboardingPhase phase, params (string, string)[] values) => Add(phase, null, values);

    private void Failed(OnboardingPhase phase, string errorId) => Add(phase, new OnboardingException(errorId, "It failed.", "try"), []);

    private void Add(OnboardingPhase phase, OnboardingException? failure, (string Name, string Value)[] values)
    {
        _elapsed += TimeSpan.FromMilliseconds(10);
        _journal.Add(new OnboardingStep(phase, "m", Start + _elapsed, _elapsed, values.ToDictionary(v => v.Name, v => v.Value)) { Failure = failure });
    }
}
