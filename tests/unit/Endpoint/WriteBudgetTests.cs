using Onboarding.Api.Identity;
using Onboarding.Api.Istio;
using Onboarding.Endpoint.Calls;
using Onboarding.Plane.Refusals;
using Onboarding.Testing;
using Shouldly;
using Xunit;
using static Onboarding.Tests.Unit.Authorization.TestPolicies;

namespace Onboarding.Tests.Unit.Endpoint;

/// <summary>Attack: a caller that was verified writes as fast as it can, under as many names as it can make up.</summary>
public sealed class WriteBudgetTests
{
    private static readonly WorkloadGroupReference Group = new("bookinfo", "ratings");
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private readonly WriteBudgets _budgets;

    public WriteBudgetTests() => _budgets = new WriteBudgets(_time);

    [Fact]
    public void A5_A_thousand_machines_of_one_group_and_issuer_join_at_once()
    {
        for (int i = 0; i < 1_000; i++)
        {
            // The three calls of a join.
            CountAll(Jwt($"vm-{i}"), isFirst: true, times: 3).ShouldBe(3);
        }
    }

    [Fact]
    public void A5_A_member_that_does_it_in_a_loop_is_told_when_to_go_on_and_others_are_not()
    {
        CountAll(Jwt("vm-1"), isFirst: false, times: 10_000).ShouldBe(60);

        Should.Throw<RefusedException>(() => Count(Jwt("vm-1"), Jwt("vm-1"), isFirst: false)).Refusal.RetryAfter.ShouldBe(TimeSpan.FromSeconds(1));
        Count(Jwt("vm-2"), Jwt("vm-2"), isFirst: false);
        _time.Advance(TimeSpan.FromSeconds(1));
        Count(Jwt("vm-1"), Jwt("vm-1"), isFirst: false);
    }

    [Fact]
    public void A5_A_shared_subject_with_a_new_key_each_time_makes_no_more_members_than_its_budget()
    {
        WorkloadIdentity shared = Jwt("autoscaler");
        int made = 0;
        for (int i = 0; i < 1_000; i++)
        {
            made += Try(Jwt($"autoscaler-h-{i}"), shared, isFirst: true) ? 1 : 0;
        }

        made.ShouldBe(60);
    }

    [Fact]
    public void A5_An_issuer_that_makes_up_members_that_come_again_is_bounded_and_another_issuer_is_not()
    {
        int done = 0;
        for (int i = 0; i < 10_000; i++)
        {
            done += Try(Jwt($"vm-{i}"), Jwt($"vm-{i}"), isFirst: false) ? 1 : 0;
        }

        done.ShouldBe(4_000);
        Should.Throw<RefusedException>(() => Count(Jwt("new"), Jwt("new"), isFirst: false));
        _budgets.Count(Ecs, Ecs, new WorkloadGroupReference("bookinfo", "other"), isFirst: false);
    }

    private int CountAll(WorkloadIdentity identity, bool isFirst, int times) =>
        Enumerable.Range(0, times).Count(_ => Try(identity, identity, isFirst));

    private bool Try(WorkloadIdentity bound, WorkloadIdentity asked, bool isFirst)
    {
        try
        {
            Count(bound, asked, isFirst);
            return true;
        }
        catch (RefusedException)
        {
            return false;
        }
    }

    private void Count(WorkloadIdentity bound, WorkloadIdentity asked, bool isFirst) => _budgets.Count(bound, asked, Group, isFirst);
}
