using Onboarding.Api.Meta;
using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Endpoint.Sessions;
using Onboarding.Plane.Registrations;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Rollouts;

/// <summary>What follows of what an agent says; a function of state and event.</summary>
public sealed class BootReducerTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly BootConfigurationRevision One = new(1, "core-1", "live");
    private static readonly BootConfigurationRevision Two = new(2, "core-2", "live");

    [Fact]
    public void What_the_agent_took_is_held_and_written_once_its_sidecar_is_ready_on_it()
    {
        BootStep answered = Reduce(new BootState(One) { Sent = Two }).Answered(new BootConfigurationStatus { Generation = 2 });
        answered.State.Held.ShouldBe(Two);
        answered.State.Sent.ShouldBeNull();
        answered.Effects.ShouldBeEmpty("its sidecar isn't ready on it yet");

        BootStep ready = Reduce(answered.State).Reported(
            new HealthReport { Sidecar = SidecarState.Ready, SidecarReady = true, CoreHash = "core-2" }, Now);

        BootEffect.Write write = ready.Effects.ShouldHaveSingleItem().ShouldBeOfType<BootEffect.Write>();
        write.Change(new BootConfigurationState()).Current.ShouldBe(Two);
        write.Conditions.ShouldHaveSingleItem().Reason.ShouldBe(ConditionChange.Applied);
    }

    [Fact]
    public void What_the_agent_could_not_take_is_said_and_tried_again()
    {
        BootStep step = Reduce(new BootState(One) { Sent = Two }).Answered(new BootConfigurationStatus { Generation = 2, Error = "disk full" });

        step.State.ShouldBe(new BootState(One) { Rejected = 2 });
        step.Effects[0].ShouldBeOfType<BootEffect.DeliverAfter>();
        step.Effects[1].ShouldBeOfType<BootEffect.Write>().Conditions.ShouldHaveSingleItem().Message.ShouldBe("disk full");
    }

    [Fact]
    public void An_answer_about_something_else_changes_nothing()
    {
        var state = new BootState(One) { Sent = Two };

        BootStep step = Reduce(state).Answered(new BootConfigurationStatus { Generation = 7, Error = "no" });

        step.State.ShouldBe(state);
        step.Effects.ShouldBeEmpty();
    }

    [Fact]
    public void A_sidecar_that_fails_again_and_again_is_written_of_now_and_then()
    {
        var failed = new HealthReport { Sidecar = SidecarState.Failed, CoreHash = "core-2", Message = "it hurts" };
        BootStep first = Reduce(new BootState(Two)).Reported(failed, Now);
        first.Effects.ShouldHaveSingleItem();

        Reduce(first.State).Reported(failed, Now.AddSeconds(9)).Effects.ShouldBeEmpty();
        Reduce(first.State).Reported(failed, Now.AddSeconds(10)).Effects.ShouldHaveSingleItem();
    }

    [Fact]
    public void What_a_new_member_has_is_written_later() =>
        new BootReducer(new BootState(One) { Sent = Two }, Member(current: null)).Answered(new BootConfigurationStatus { Generation = 2 })
            .Effects.ShouldHaveSingleItem().ShouldBeOfType<BootEffect.WriteAfter>();

    private static BootReducer Reduce(BootState state) => new(state, Member(One));

    private static WorkloadAutoRegistration Member(BootConfigurationRevision? current) => new()
    {
        Metadata = new V1ObjectMeta { Name = "a", Namespace = "ns", Uid = "uid" },
        Status = new WorkloadAutoRegistrationStatus { BootConfiguration = new BootConfigurationState { Current = current, Desired = Two } },
    };
}
