using Onboarding.Api.Control;
using Onboarding.Client.BootConfiguration;
using Onboarding.Client.Control;
using Onboarding.Client.Errors;
using Onboarding.Client.Events;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.ControlTests;

/// <summary>What a status says is what the plane said last.</summary>
public sealed class B2_StatusTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly OnboardingException No = new(ErrorIds.PlaneRefused, "No.", "ask") { Reason = "NOT_AUTHORIZED" };

    [Theory]
    [InlineData("Healthy", "expires in 59 min, renewed automatically")]
    [InlineData("Connected", "expires in 59 min, renewed automatically")]
    [InlineData("Refused", "expires in 59 min, not renewed: the plane refuses")]
    [InlineData("Disconnected", "expires in 59 min, renewed once this machine is connected")]
    [InlineData("Pending", "expires in 59 min, renewed once this machine is connected")]
    public void B2_A_token_is_renewed_automatically_only_where_the_plane_has_nothing_against_it(string phase, string words) =>
        StatusWords.Token(Now.AddMinutes(59), phase, Now).ShouldBe(words);

    [Fact]
    public void B2_A_token_that_has_expired_says_so()
    {
        StatusWords.Token(Now, "Healthy", Now).ShouldBe("expired");
        StatusWords.Token(null, "Healthy", Now).ShouldBe("");
    }

    [Fact]
    public void B2_A_refusal_ends_the_token_and_the_policy_that_a_status_shows()
    {
        foreach (AgentEvent no in new AgentEvent[] { new AgentEvent.Refused(No, TimeSpan.Zero), new AgentEvent.RegistrationGone("GROUP_DELETED"), new AgentEvent.Excluded("STAY_OUT") })
        {
            AgentState after = Member().Fold(Step(no));

            after.Phase.ShouldNotBeOneOf(AgentPhase.Healthy, AgentPhase.Connected);
            (after.TokenExpiresAt, after.Policy).ShouldBe((null, ""), no.ToString());
        }
    }

    [Fact]
    public void B2_A_renewal_that_is_refused_ends_being_healthy_while_the_session_goes_on()
    {
        AgentState after = Member().Fold(Step(new AgentEvent.RenewalFailed(No))).Fold(Step(new AgentEvent.SidecarReady(7)));

        (after.Phase, after.IsInSession).ShouldBe((AgentPhase.Refused, true));
    }

    [Fact]
    public void B2_A_boot_configuration_that_works_ends_the_failure_of_the_one_before_and_no_other()
    {
        var boot = new AgentEvent.BootConfigurationWritten(new BootVersion(2, "c", "l", "u", "spiffe://x", Now), "/boot", BootChange.Core);

        Member().Fold(Step(new AgentEvent.BootConfigurationFailed(No))).Fold(Step(boot)).Failure.ShouldBeNull();
        Member().Fold(Step(new AgentEvent.RenewalFailed(No))).Fold(Step(boot)).Failure.ShouldBe(No);
    }

    private static AgentState Member()
    {
        AgentState state = new AgentState().Begin(Now);
        foreach (AgentEvent happened in new AgentEvent[]
        {
            new AgentEvent.Authorized { Group = "g", Policy = "p", Rule = 1, Registration = "r", CorrelationId = "c", TokenExpiresAt = Now.AddHours(1) },
            new AgentEvent.Registered("r", "u", "10.0.0.1", "spiffe://x"),
            new AgentEvent.Connected("plane-0", "s", 1, null),
            new AgentEvent.SidecarReady(7),
        })
        {
            state = state.Fold(Step(happened));
        }

        state.Phase.ShouldBe(AgentPhase.Healthy);
        return state;
    }

    private static OnboardingStep Step(AgentEvent happened) => new(happened, Now, TimeSpan.Zero);
}
