using Onboarding.Api.Policies;
using Onboarding.Authorization;
using Onboarding.Kubernetes;
using Onboarding.Plane.Cluster;
using Shouldly;
using Xunit;
using static Onboarding.Tests.Unit.Authorization.TestPolicies;

namespace Onboarding.Tests.Unit.Endpoint;

public sealed class PolicySnapshotTests
{
    private readonly PolicySnapshot _snapshot = new();

    [Fact]
    public void A_policy_counts_in_its_own_namespace_only()
    {
        OnboardingPolicy policy = Policy("p", Rule(Corp));
        Apply(WatchEventType.Added, policy with { Metadata = policy.Metadata with { Namespace = "elsewhere" } });

        _snapshot.ForNamespace("bookinfo").Count.ShouldBe(0);
        _snapshot.ForNamespace("elsewhere").Count.ShouldBe(1);
    }

    [Fact]
    public void A_policy_that_is_changed_or_deleted_counts_as_it_is_now()
    {
        OnboardingPolicy wide = Policy("p", Rule(Corp));
        OnboardingPolicy narrow = Policy("p", Rule("""{"jwt": {"issuer": "https://other.example"}}"""));
        Apply(WatchEventType.Added, wide);
        IsAllowed().ShouldBeTrue();

        Apply(WatchEventType.Modified, narrow, wide);
        IsAllowed().ShouldBeFalse();

        Apply(WatchEventType.Deleted, narrow, narrow);
        _snapshot.ForNamespace("bookinfo").Count.ShouldBe(0);
    }

    [Fact]
    public void A_change_of_status_alone_leaves_the_set_as_it_is()
    {
        OnboardingPolicy policy = Policy("p", Rule(Corp));
        policy = policy with { Metadata = policy.Metadata with { Uid = "u", Generation = 1 } };
        Apply(WatchEventType.Added, policy);
        PolicySet before = _snapshot.ForNamespace("bookinfo");

        Apply(WatchEventType.Modified, policy with { Status = new OnboardingPolicyStatus { Members = 3 } }, policy);
        _snapshot.ForNamespace("bookinfo").ShouldBeSameAs(before);

        Apply(WatchEventType.Modified, policy with { Metadata = policy.Metadata with { Generation = 2 } }, policy);
        _snapshot.ForNamespace("bookinfo").ShouldNotBeSameAs(before);
    }

    [Fact]
    public void A_policy_made_anew_under_its_name_counts()
    {
        OnboardingPolicy old = Policy("p", Rule("""{"jwt": {"issuer": "https://other.example"}}"""));
        old = old with { Metadata = old.Metadata with { Uid = "u", Generation = 1 } };
        OnboardingPolicy made = Policy("p", Rule(Corp));
        Apply(WatchEventType.Added, old);

        Apply(WatchEventType.Modified, made with { Metadata = made.Metadata with { Uid = "v", Generation = 1 } }, old);

        IsAllowed().ShouldBeTrue();
    }

    private bool IsAllowed() => _snapshot.ForNamespace("bookinfo").Decide(Question(Host, Ratings)).IsAllowed;

    private void Apply(WatchEventType type, OnboardingPolicy policy, OnboardingPolicy? previous = null) =>
        _snapshot.Apply(new ResourceEvent<OnboardingPolicy>(type, policy, previous));
}
