using System.Net;
using Onboarding.Api.Policies;
using Onboarding.Authorization;
using Shouldly;
using Xunit;
using static Onboarding.Tests.Unit.Authorization.TestPolicies;

namespace Onboarding.Tests.Unit.Authorization;

public sealed class DenyTests
{
    private static readonly OnboardingPolicy AllowAll = Policy("a", Rule(Corp));

    [Fact]
    public void Deny_wins_over_every_allow_of_every_policy()
    {
        OnboardingPolicy both = FromSpec("b", $$$"""
            {"allow": [{{{Rule(Corp)}}}], "deny": [{"workloads": [{"jwt": {"subjects": ["host-1"]}}]}]}
            """);

        AdmissionAnswer decision = Decide([AllowAll, both, Policy("c", Rule(Corp))], Host, Ratings);

        decision.Outcome.ShouldBe(PolicyOutcome.Denied);
        (decision.Policy, decision.Rule).ShouldBe(("b", 1));
        Decide([AllowAll, both], Jwt("host-2"), Ratings).IsAllowed.ShouldBeTrue();
    }

    [Fact]
    public void A_policy_may_deny_and_allow_nothing()
    {
        OnboardingPolicy deny = Denying("d", """{"workloads": [{"aws": {}}]}""");

        deny.Spec.ShouldNotBeNull(string.Join("; ", deny.Problems));
        Decide([deny], Host, Ratings).Outcome.ShouldBe(PolicyOutcome.NoRule);
        Decide([AllowAll, deny], Host, Ratings).IsAllowed.ShouldBeTrue();
        FromSpec("e", """{"allow": [], "deny": [{"workloads": [{"aws": {}}]}]}""").Spec.ShouldNotBeNull("allow may be empty beside deny");
    }

    [Theory]
    [InlineData("""{"jwt": {}}""", true)]
    [InlineData("""{"jwt": {"subjects": ["host-1"]}}""", true)]
    [InlineData("""{"jwt": {"issuer": "https://other.example"}}""", false)]
    [InlineData("""{"jwt": {"attributes": [{"name": "role", "values": ["ratings"]}]}}""", true)]
    [InlineData("""{"jwt": {"attributes": [{"name": "role", "values": ["ratings"]}, {"name": "absent"}]}}""", false)]
    [InlineData("""{"aws": {}}""", false)]
    public void Deny_needs_no_bound(string matcher, bool denied) =>
        Decide([AllowAll, Denying("d", $$"""{"workloads": [{{matcher}}]}""")], Host, Ratings).IsAllowed.ShouldBe(!denied);

    [Theory]
    [InlineData("", true)]
    [InlineData(""", "onboardTo": []""", true)]
    [InlineData(""", "onboardTo": [{"workloadGroupSelector": {}}]""", true)]
    [InlineData(""", "onboardTo": [{"workloadGroupSelector": {"matchLabels": {"app": "ratings"}}}]""", true)]
    [InlineData(""", "onboardTo": [{"workloadGroupSelector": {"matchLabels": {"app": "reviews"}}}]""", false)]
    public void Deny_is_about_the_groups_it_selects_and_without_any_about_all(string groups, bool denied) =>
        Decide([AllowAll, Denying("d", $$"""{"workloads": [{{Corp}}]{{groups}}}""")], Host, Ratings).IsAllowed.ShouldBe(!denied);

    [Theory]
    [InlineData("2026-06-01T12:00:01Z", true)]
    [InlineData("2026-06-01T12:00:00Z", false)]
    public void Deny_ends_with_notAfter(string notAfter, bool denied) =>
        Decide([AllowAll, Denying("d", $$"""{"workloads": [{{Corp}}], "notAfter": "{{notAfter}}"}""")], Host, Ratings).IsAllowed.ShouldBe(!denied);

    [Theory]
    [InlineData("10.1.2.3", true)]
    [InlineData("::ffff:10.1.2.3", true)]
    [InlineData("11.1.2.3", false)]
    [InlineData(null, false)]
    public void Deny_for_some_addresses_decides_once_the_address_is_known(string? address, bool denied)
    {
        PolicySet set = PolicySet.Compile([AllowAll, Denying("d", $$"""{"workloads": [{{Corp}}], "addressCidrs": ["10.0.0.0/8"]}""")]);
        AdmissionQuestion question = Question(Host, Ratings) with { Address = address is null ? null : IPAddress.Parse(address) };

        set.Decide(question).IsAllowed.ShouldBe(!denied);
    }

    [Fact]
    public void A_group_that_does_not_exist_is_said_to_be_missing_rather_than_denied() =>
        Decide([AllowAll, Denying("d", $$"""{"workloads": [{{Corp}}]}""")], Host, null).Outcome.ShouldBe(PolicyOutcome.NoGroup);

    [Theory]
    [InlineData("""{"allow": [], "deny": [{"workloads": []}]}""")]
    [InlineData("""{"deny": [{"workload": [{"aws": {}}]}]}""")]
    [InlineData("""{"deny": [{"workloads": [{"aws": {}}], "onboardto": []}]}""")]
    [InlineData("""{"deny": {}}""")]
    [InlineData("""{"deny": "all", "allow": []}""")]
    public void What_has_deny_and_can_not_be_read_closes_the_namespace(string spec)
    {
        PolicySet set = PolicySet.Compile([AllowAll, FromSpec("z", spec)]);

        AdmissionAnswer decision = set.Decide(Question(Host, Ratings));

        decision.Outcome.ShouldBe(PolicyOutcome.Closed);
        decision.Policy.ShouldBe("z");
        set.With(Policy("z", Rule(Corp))).Decide(Question(Host, Ratings)).IsAllowed.ShouldBeTrue("repaired");
        set.Without("z").Decide(Question(Host, Ratings)).IsAllowed.ShouldBeTrue("removed");
    }
}
