using Onboarding.Api.Identity;
using Onboarding.Api.Install;
using Onboarding.Api.Meta;
using Onboarding.Api.Registration;
using Onboarding.Api.Runtime;
using Onboarding.Operator.Rollouts;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Rollouts;

public sealed class RolloutPlanTests
{
    private static readonly RolloutSettings Two = new() { MaxUnavailable = new MaxUnavailable(2, IsPercent: false) };

    [Fact]
    public void Who_has_what_it_should_is_left_alone()
    {
        RolloutPlan plan = Plan(Two, Member("a", current: 2, desired: 2), Member("b", current: 1, desired: 2, isSame: true));

        plan.Admitted.ShouldBeEmpty();
        plan.Waiting.ShouldBe(0);
    }

    [Fact]
    public void As_many_are_let_in_as_may_be_down()
    {
        RolloutPlan plan = Plan(Two, Member("a", 1, 2), Member("b", 1, 2), Member("c", 1, 2));

        plan.Admitted.Select(m => m.Name).ShouldBe(["ns/a", "ns/b"]);
        plan.Waiting.ShouldBe(1);
    }

    [Fact]
    public void Who_is_down_already_counts() =>
        Plan(Two, Member("a", 1, 2, admitted: 2), Member("b", 1, 2), Member("c", 1, 2)).Admitted.Select(m => m.Name).ShouldBe(["ns/b"]);

    [Fact]
    public void Who_lost_its_connection_while_it_was_down_counts_too() =>
        Plan(Two, Member("a", 1, 2, admitted: 2, isConnected: false), Member("b", 1, 2), Member("c", 1, 2)).Admitted.Count.ShouldBe(1);

    [Fact]
    public void Who_is_not_connected_is_not_let_in() =>
        Plan(Two, Member("a", 1, 2, isConnected: false), Member("b", 1, 2)).Admitted.Select(m => m.Name).ShouldBe(["ns/b"]);

    [Fact]
    public void Who_has_not_said_what_it_has_needs_no_leave() => Plan(Two, Member("a", current: null, desired: 1)).Admitted.ShouldBeEmpty();

    [Theory]
    [InlineData("Rejected")]
    [InlineData("SidecarFailed")]
    public void One_that_fails_stops_the_others(string reason)
    {
        RolloutPlan plan = Plan(Two, Member("a", 1, 2, admitted: 2, problem: reason), Member("b", 1, 2));

        plan.Admitted.ShouldBeEmpty();
        plan.Failure!.Name.ShouldBe("ns/a");
        plan.Failure.Why.ShouldBe("it hurts");
    }

    [Fact]
    public void One_that_takes_too_long_has_failed()
    {
        RolloutPlan plan = RolloutPlan.Create([Member("a", 1, 2, admitted: 2), Member("b", 1, 2)], 2, Two, Admitted, m => m.Metadata.Name == "a");

        plan.Failure!.Why.ShouldBeGolden();
        plan.Admitted.ShouldBeEmpty();
    }

    [Fact]
    public void One_that_failed_gets_what_came_since_beyond_the_limit()
    {
        RolloutPlan plan = Plan(
            Two with { MaxUnavailable = new MaxUnavailable(1, false) }, Member("a", 1, 3, admitted: 2, problem: "Rejected"), Member("b", 1, 3));

        plan.Admitted.Select(m => m.Name).ShouldBe(["ns/a"]);
        plan.Failure.ShouldBeNull("it failed on something older");
    }

    [Fact]
    public void By_hand_everything_waits() => Plan(Two with { Paused = true }, Member("a", 1, 2)).Admitted.ShouldBeEmpty();

    [Fact]
    public void One_that_is_being_deleted_counts_for_nothing()
    {
        WorkloadAutoRegistration leaving = Member("a", 1, 2, admitted: 2);
        leaving = leaving with { Metadata = leaving.Metadata with { DeletionTimestamp = DateTimeOffset.UnixEpoch } };

        Plan(Two, leaving, Member("b", 1, 2), Member("c", 1, 2)).Admitted.Count.ShouldBe(2);
    }

    [Fact]
    public void Groups_take_turns()
    {
        RolloutPlan plan = Plan(Two, Member("a1", 1, 2, group: "a"), Member("a2", 1, 2, group: "a"), Member("b1", 1, 2, group: "b"));

        plan.Admitted.Select(m => m.Name).ShouldBe(["ns/a1", "ns/b1"]);
    }

    [Theory]
    [InlineData("10%", 50, 5)]
    [InlineData("10%", 5, 1)]
    [InlineData("34%", 10, 3)]
    [InlineData("100%", 7, 7)]
    [InlineData("3", 50, 3)]
    public void A_share_is_of_all_members_rounded_down_and_at_least_one(string text, int members, int expected) =>
        MaxUnavailable.TryParse(text)!.Value.Of(members).ShouldBe(expected);

    [Theory]
    [InlineData("0")]
    [InlineData("0%")]
    [InlineData("101%")]
    [InlineData("-1")]
    [InlineData("5.5")]
    [InlineData("")]
    [InlineData("%")]
    [InlineData("many")]
    public void Anything_else_is_no_amount(string text) => MaxUnavailable.TryParse(text).ShouldBeNull();

    private static RolloutPlan Plan(RolloutSettings settings, params WorkloadAutoRegistration[] members) =>
        RolloutPlan.Create(members, members.Length, settings, Admitted, _ => false);

    private static long Admitted(WorkloadAutoRegistration member) => member.Status!.BootConfiguration!.Admitted ?? 0;

    private static WorkloadAutoRegistration Member(
        string name,
        int? current,
        int desired,
        long? admitted = null,
        bool isConnected = true,
        bool isSame = false,
        string? problem = null,
        string group = "g") => new()
        {
            Metadata = new V1ObjectMeta
            {
                Name = name,
                Namespace = "ns",
                Uid = name,
                OwnerReferences = [new V1OwnerReference { ApiVersion = "networking.istio.io/v1", Kind = "WorkloadGroup", Name = group, Uid = group }],
            },
            Spec = new WorkloadAutoRegistrationSpec
            {
                Identity = new WorkloadIdentity(),
                Registration = new WorkloadRegistration { Agent = new AgentInfo("v1"), Sidecar = new SidecarInfo(), Host = new HostInfo() },
            },
            Status = new WorkloadAutoRegistrationStatus
            {
                BootConfiguration = new BootConfigurationState
                {
                    Current = current is null ? null : new BootConfigurationRevision(current.Value, isSame ? "core" : $"core-{current}", "live"),
                    Desired = new BootConfigurationRevision(desired, isSame ? "core" : $"core-{desired}", "live"),
                    Admitted = admitted,
                },
                Conditions =
                [
                    new V1Condition { Type = "AgentConnected", Status = isConnected ? "True" : "False" },
                    .. problem is null
                        ? Array.Empty<V1Condition>()
                        : [new V1Condition { Type = "BootConfigurationApplied", Status = "False", Reason = problem, Message = "it hurts" }],
                ],
            },
        };
}
