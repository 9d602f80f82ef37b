using System.Text.Json.Nodes;
using Onboarding.Api.Policies;
using Onboarding.Authorization;
using Onboarding.Testing;
using Shouldly;
using Xunit;
using static Onboarding.Tests.Unit.Authorization.TestPolicies;

namespace Onboarding.Tests.Unit.Authorization;

/// <summary>Each rule of what an OnboardingPolicy means, in the order of the reference.</summary>
public sealed class ReferenceRuleTests
{
    [Fact]
    public void Without_a_policy_nobody_joins()
    {
        PolicyExplanation decision = Explain([], Host, Ratings);

        decision.Decision.IsAllowed.ShouldBeFalse();
        decision.Summary.ShouldBeGolden();
        decision.Matched.ShouldBeEmpty();
        decision.IsByValidPolicies.ShouldBeTrue();
    }

    [Fact]
    public void Any_rule_of_any_policy_admits()
    {
        OnboardingPolicy other = Policy("a", Rule("""{"jwt": {"issuer": "https://other.example"}}"""));
        OnboardingPolicy second = Policy(
            "b", Rule("""{"jwt": {"issuer": "https://id.corp.example", "subjects": ["host-9"]}}"""), Rule(Corp));

        PolicyExplanation decision = Explain([other, second], Host, Ratings);

        decision.Decision.Policy.ShouldBe("b");
        decision.Decision.Rule.ShouldBe(2);
    }

    [Fact]
    public void A_rule_needs_a_workload_and_a_group_of_its_own()
    {
        // The workload of one rule and the group of the other: no rule has both.
        OnboardingPolicy policy = Policy(
            "p",
            Rule(Corp, """[{"workloadGroupSelector": {"matchLabels": {"app": "reviews"}}}]"""),
            Rule("""{"jwt": {"issuer": "https://other.example"}}"""));

        Allows(policy).ShouldBeFalse();
    }

    [Fact]
    public void One_of_several_workloads_and_one_of_several_groups_is_enough()
    {
        string workloads = """{"jwt": {"issuer": "https://other.example"}}, """ + Corp;
        string groups = """
            [{"workloadGroupSelector": {"matchLabels": {"app": "reviews"}}}, {"workloadGroupSelector": {"matchLabels": {"app": "ratings"}}}]
            """;

        Allows(Policy("p", Rule(workloads, groups))).ShouldBeTrue();
    }

    [Theory]
    [InlineData("""{"issuer": "https://id.corp.example"}""", true)]
    [InlineData("""{"issuer": "https://id.corp.example/"}""", false)]
    [InlineData("""{"issuer": "https://id.corp.example", "subjects": []}""", true)]
    [InlineData("""{"issuer": "https://id.corp.example", "subjects": ["host-0", "host-1"]}""", true)]
    [InlineData("""{"issuer": "https://id.corp.example", "subjects": ["host-0"]}""", false)]
    [InlineData("""{"issuer": "https://id.corp.example", "subjects": ["HOST-1"]}""", false)]
    [InlineData("""{"issuer": "https://id.corp.example", "subjects": ["host-*"]}""", false)]
    [InlineData("""{"issuer": "https://other.example", "subjects": ["host-1"]}""", false)]
    public void Fields_of_a_jwt_matcher_are_and_and_values_are_or(string jwt, bool allowed) =>
        Allows(Policy("p", Rule($$"""{"jwt": {{jwt}} }"""))).ShouldBe(allowed);

    [Theory]
    [InlineData("""[{"name": "role", "values": ["ratings"]}]""", true)]
    [InlineData("""[{"name": "role", "values": ["reviews", "ratings"]}]""", true)]
    [InlineData("""[{"name": "role", "values": ["reviews"]}]""", false)]
    [InlineData("""[{"name": "role", "values": ["ratings"]}, {"name": "site", "values": ["north"]}]""", true)]
    [InlineData("""[{"name": "role", "values": ["ratings"]}, {"name": "site", "values": ["south"]}]""", false)]
    [InlineData("""[{"name": "role", "values": ["ratings"]}, {"name": "absent", "values": ["north"]}]""", false)]
    [InlineData("""[{"name": "role", "values": []}]""", true)]
    [InlineData("""[{"name": "absent", "values": []}]""", false)]
    [InlineData("""[]""", true)]
    public void Attributes_are_and_and_their_values_are_or(string attributes, bool allowed) =>
        Allows(Policy("p", Rule($$"""{"jwt": {"issuer": "https://id.corp.example", "attributes": {{attributes}} } }"""))).ShouldBe(allowed);

    [Theory]
    [InlineData("""{}""", true)]
    [InlineData("""{"matchLabels": {"app": "ratings"}}""", true)]
    [InlineData("""{"matchLabels": {"app": "ratings", "tier": "front"}}""", false)]
    [InlineData("""{"matchExpressions": [{"key": "app", "operator": "In", "values": ["reviews", "ratings"]}]}""", true)]
    [InlineData("""{"matchExpressions": [{"key": "app", "operator": "In", "values": ["reviews"]}]}""", false)]
    [InlineData("""{"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["reviews"]}]}""", true)]
    [InlineData("""{"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["ratings"]}]}""", false)]
    [InlineData("""{"matchExpressions": [{"key": "absent", "operator": "NotIn", "values": ["x"]}]}""", true)]
    [InlineData("""{"matchExpressions": [{"key": "tier", "operator": "Exists"}]}""", true)]
    [InlineData("""{"matchExpressions": [{"key": "absent", "operator": "Exists"}]}""", false)]
    [InlineData("""{"matchExpressions": [{"key": "absent", "operator": "DoesNotExist"}]}""", true)]
    [InlineData("""{"matchExpressions": [{"key": "tier", "operator": "DoesNotExist"}]}""", false)]
    [InlineData("""{"matchLabels": {"app": "ratings"}, "matchExpressions": [{"key": "tier", "operator": "In", "values": ["front"]}]}""", false)]
    public void A_group_is_selected_by_its_labels(string selector, bool allowed) =>
        Allows(Policy("p", Rule(Corp, $$"""[{"workloadGroupSelector": {{selector}} }]"""))).ShouldBe(allowed);

    [Fact]
    public void The_empty_selector_selects_a_group_without_labels() =>
        Decide([Policy("p", Rule(Corp))], Host, new Dictionary<string, string>()).IsAllowed.ShouldBeTrue();

    [Fact]
    public void A_group_that_does_not_exist_is_opened_by_nothing()
    {
        PolicyExplanation decision = Explain([Policy("p", Rule(Corp))], Host, null);

        decision.Decision.IsAllowed.ShouldBeFalse();
        decision.Lines[0].ShouldBeGolden();
        decision.Matched.ShouldBe(["jwt.issuer"], "what the caller learns doesn't depend on the group");
    }

    [Fact]
    public void A_policy_that_is_deleted_or_changed_counts_as_it_is_now()
    {
        PolicySet set = PolicySet.Compile([Policy("p", Rule(Corp)), Policy("q", Rule("""{"jwt": {"issuer": "https://third.example"}}"""))]);
        set.Decide(Question(Host, Ratings)).IsAllowed.ShouldBeTrue();

        PolicySet narrowed = set.With(Policy("p", Rule("""{"jwt": {"issuer": "https://other.example"}}""")));

        narrowed.Decide(Question(Host, Ratings)).IsAllowed.ShouldBeFalse();
        set.Without("p").Decide(Question(Host, Ratings)).IsAllowed.ShouldBeFalse();
        set.Without("p").Count.ShouldBe(1);
        set.Decide(Question(Host, Ratings)).IsAllowed.ShouldBeTrue("a set never changes");
    }

    [Theory]
    [InlineData("""{"accounts": ["111122223333"], "ec2": {}}""", true, false)]
    [InlineData("""{"accounts": ["111122223333"], "ecs": {}}""", false, true)]
    [InlineData("""{"accounts": ["111122223333"]}""", true, true)]
    [InlineData("""{"accounts": ["444455556666"], "ec2": {}}""", false, false)]
    [InlineData("""{"accounts": ["111122223333"], "partitions": ["aws-cn"]}""", false, false)]
    [InlineData("""{"accounts": ["111122223333"], "partitions": ["aws"], "regions": ["us-east-2"], "zones": ["us-east-2b", "us-east-2a"]}""", true, true)]
    [InlineData("""{"accounts": ["111122223333"], "regions": ["us-east-1"]}""", false, false)]
    [InlineData("""{"accounts": ["111122223333"], "zones": ["us-east-2b"]}""", false, false)]
    [InlineData("""{"accounts": ["111122223333"], "ec2": {"iamRoleNames": ["web"]}}""", true, false)]
    [InlineData("""{"accounts": ["111122223333"], "ec2": {"iamRoleNames": ["db"]}}""", false, false)]
    [InlineData("""{"accounts": ["111122223333"], "ecs": {"clusters": ["blue"], "iamRoleNames": ["task"]}}""", false, true)]
    [InlineData("""{"accounts": ["111122223333"], "ecs": {"clusters": ["green"]}}""", false, false)]
    public void An_ec2_matcher_does_not_admit_ecs_tasks_nor_the_other_way_round(string aws, bool instance, bool task)
    {
        OnboardingPolicy policy = Policy("p", Rule($$"""{"aws": {{aws}} }"""));

        Decide([policy], Ec2, Ratings).IsAllowed.ShouldBe(instance);
        Decide([policy], Ecs, Ratings).IsAllowed.ShouldBe(task);
    }

    [Fact]
    public void An_identity_of_one_platform_never_matches_another()
    {
        Allows(Policy("p", Rule("""{"aws": {"accounts": ["111122223333"]}}"""))).ShouldBeFalse();
        Decide([Policy("p", Rule(Corp))], Ec2, Ratings).IsAllowed.ShouldBeFalse();
    }

    [Fact]
    public void An_invalid_policy_admits_nobody_and_takes_nothing_from_the_others()
    {
        OnboardingPolicy invalid = Policy("a", Rule(Corp), Rule("""{"jwt": {}}"""));
        invalid.Spec.ShouldBeNull();

        PolicyExplanation alone = Explain([invalid], Host, Ratings);
        alone.Decision.IsAllowed.ShouldBeFalse();
        alone.Summary.ShouldNotBeNull().ShouldBeGolden();
        Decide([invalid, Policy("b", Rule(Corp))], Host, Ratings).Policy.ShouldBe("b");
    }

    [Fact]
    public void An_invalid_policy_with_deny_closes_its_namespace()
    {
        OnboardingPolicy broken = OnboardingPolicy.FromJson((JsonObject)JsonNode.Parse(
            """{"metadata": {"name": "z", "namespace": "bookinfo"}, "spec": {"allow": [], "deny": [{"workloads": [{"nonsense": {}}]}]}}""")!);
        broken.Spec.ShouldBeNull();

        PolicyExplanation decision = Explain([Policy("a", Rule(Corp)), broken], Host, Ratings);

        decision.Decision.IsAllowed.ShouldBeFalse();
        decision.Summary.ShouldNotBeNull().ShouldBeGolden();
        decision.IsByValidPolicies.ShouldBeFalse();
    }

    [Fact]
    public void The_nearest_miss_is_of_the_rule_about_the_group_that_matched_most()
    {
        OnboardingPolicy policy = Policy(
            "p",
            Rule("""{"jwt": {"issuer": "https://other.example", "subjects": ["host-2"]}}"""),
            Rule("""{"jwt": {"issuer": "https://id.corp.example", "subjects": ["host-1"], "attributes": [{"name": "site", "values": ["south", "east"]}]}}"""),
            Rule(Corp, """[{"workloadGroupSelector": {"matchLabels": {"app": "reviews"}}}]"""));

        PolicyExplanation decision = Explain([policy], Host, Ratings);

        decision.Summary.ShouldBeGolden();
        decision.Matched.ShouldBe(["jwt.issuer", "jwt.subjects"]);
        decision.Lines.ShouldContain("policy p rule 3: jwt.issuer matched; onboardTo selects other WorkloadGroups");
        decision.Lines.Count.ShouldBe(3);
    }

    [Fact]
    public void An_explanation_is_not_longer_than_a_person_reads()
    {
        OnboardingPolicy[] policies =
            [.. Enumerable.Range(0, 50).Select(i => Policy($"p{i}", Rule("""{"jwt": {"issuer": "https://other.example"}}""")))];

        Explain(policies, Host, Ratings).Rules.Count.ShouldBe(20);
    }

    private static bool Allows(OnboardingPolicy policy) => Decide([policy], Host, Ratings).IsAllowed;
}
