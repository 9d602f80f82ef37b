using Onboarding.Api.Install;
using Onboarding.Api.Meta;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Operator.Rollouts;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Rollouts;

/// <summary>What a rollout costs a fleet that has nothing to be rolled out.</summary>
public sealed class RolloutFleetTests
{
    private const int Many = 5_000;

    private readonly RolloutFleet _fleet = new();

    [Fact]
    public void A_change_in_a_large_fleet_costs_a_look_at_those_that_have_something_to_come()
    {
        for (int i = 0; i < Many; i++)
        {
            Add(Member($"m{i}", current: 1, desired: 1));
        }

        WorkloadAutoRegistration behind = Member("m7", current: 1, desired: 2);
        _fleet.Take(Change(WatchEventType.Modified, behind, Member("m7", current: 1, desired: 1))).ShouldBeTrue();
        int looked = 0;
        (IReadOnlyList<WorkloadAutoRegistration> members, int count) = _fleet.Read();
        RolloutPlan plan = RolloutPlan.Create(
            members, count, new RolloutSettings { MaxUnavailable = MaxUnavailable.TryParse("10%")!.Value }, _ => { looked++; return 0; }, _ => false);

        plan.Admitted.ShouldHaveSingleItem().Name.ShouldBe("bookinfo/m7");
        looked.ShouldBe(1, "nobody else is looked at");
        count.ShouldBe(Many, "a share is of all");
    }

    [Fact]
    public void A_report_of_a_member_that_has_nothing_to_come_wakes_nobody()
    {
        WorkloadAutoRegistration member = Member("a", current: 1, desired: 1);
        Add(member);

        _fleet.Take(Change(WatchEventType.Modified, member, member)).ShouldBeFalse();
    }

    [Fact]
    public void Members_that_leave_are_no_more_counted_nor_waited_for()
    {
        WorkloadAutoRegistration waiting = Member("a", current: 1, desired: 2);
        WorkloadAutoRegistration leaving = Member("b", current: 1, desired: 2);
        Add(waiting);
        Add(leaving);

        _fleet.Take(Change(WatchEventType.Deleted, waiting, waiting)).ShouldBeTrue();
        _fleet.Take(Change(
            WatchEventType.Modified,
            leaving with { Metadata = leaving.Metadata with { DeletionTimestamp = DateTimeOffset.UnixEpoch } },
            leaving)).ShouldBeTrue();

        (IReadOnlyList<WorkloadAutoRegistration> members, int count) = _fleet.Read();
        members.ShouldBeEmpty();
        count.ShouldBe(0);
    }

    [Fact]
    public void A_member_that_has_it_is_done()
    {
        WorkloadAutoRegistration behind = Member("a", current: 1, desired: 2);
        Add(behind);

        _fleet.Take(Change(WatchEventType.Modified, Member("a", current: 2, desired: 2), behind)).ShouldBeTrue("another may have its turn");

        _fleet.Read().Behind.ShouldBeEmpty();
    }

    private void Add(WorkloadAutoRegistration member) => _fleet.Take(Change(WatchEventType.Added, member, null)).ShouldBeTrue();

    private static ResourceEvent<WorkloadAutoRegistration> Change(
        WatchEventType type, WorkloadAutoRegistration after, WorkloadAutoRegistration? before) => new(type, after, before);

    private static WorkloadAutoRegistration Member(string name, int current, int desired) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, Namespace = "bookinfo", Uid = name },
        Status = new WorkloadAutoRegistrationStatus
        {
            Conditions = [new V1Condition { Type = WorkloadAutoRegistration.AgentConnected, Status = "True" }],
            BootConfiguration = new BootConfigurationState
            {
                Current = new BootConfigurationRevision(current, $"core-{current}", "live"),
                Desired = new BootConfigurationRevision(desired, $"core-{desired}", "live"),
            },
        },
    };
}
