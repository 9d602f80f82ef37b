using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Policies;
using Onboarding.Api.Reading;
using Onboarding.Documents;
using Onboarding.Testing;
using Shouldly;
using Xunit;
using static Onboarding.Tests.Unit.Api.TestDocuments;

namespace Onboarding.Tests.Unit.Api.Policies;

public class OnboardingPolicyTests
{
    private const string Documented = PolicyHead + """
        spec:
          allow:
          - workloads:
            - aws: {accounts: ['111122223333'], regions: [eu-west-1], ec2: {iamRoleNames: [cart]}}
            - aws: {accounts: ['111122223333'], ecs: {clusters: [prod], iam_role_names: [r]}}
            - jwt: {issuer: https://id.corp.example, subjects: [a], attributes: [{name: role, values: [cart]}, {name: any}]}
            onboardTo:
            - workloadGroupSelector: {matchLabels: {app: cart}, matchExpressions: [{key: tier, operator: In, values: [a, b]}]}
        """;

    [Fact]
    public void The_documented_policy_loads()
    {
        OnboardingPolicy policy = ReadValid(ResourceKinds.OnboardingPolicy, Documented);

        policy.Metadata.Name.ShouldBe("joiners");
        OnboardingPolicyRule rule = policy.Spec!.Allow.ShouldHaveSingleItem();
        rule.Workloads[0].Aws!.Accounts.ShouldBe(["111122223333"]);
        rule.Workloads[0].Aws!.Ec2!.IamRoleNames.ShouldBe(["cart"]);
        rule.Workloads[1].Aws!.Ecs!.Clusters.ShouldBe(["prod"]);
        rule.Workloads[1].Aws!.Ecs!.IamRoleNames.ShouldBe(["r"]);
        rule.Workloads[2].Jwt!.Issuer.ShouldBe("https://id.corp.example");
        rule.Workloads[2].Jwt!.Attributes[1].Values.ShouldBeEmpty();
        rule.OnboardTo[0].WorkloadGroupSelector.MatchExpressions[0].Values.ShouldBe(["a", "b"]);
    }

    [Fact]
    public void What_was_read_is_written_and_read_again()
    {
        OnboardingPolicy policy = ReadValid(ResourceKinds.OnboardingPolicy, Documented);

        string yaml = ResourceWriter.ToYaml(policy.ToJson());

        JsonNode.DeepEquals(ReadValid(ResourceKinds.OnboardingPolicy, yaml).ToJson(), policy.ToJson()).ShouldBeTrue(yaml);
        JsonNode.DeepEquals(OnboardingPolicy.FromJson(policy.ToJson()).ToJson(), policy.ToJson()).ShouldBeTrue();
    }

    [Fact]
    public void Every_rule_of_the_reference_is_checked()
    {
        string[] problems = Problems(ResourceKinds.OnboardingPolicy, PolicyHead + """
            spec:
              allow:
              - workloads:
                - aws: {}
                - aws: {accounts: [], ec2: {}}
                - aws: {accounts: ['1234', 123456789012], ec2: {}, ecs: {}}
                - jwt: {}
                - jwt: {issuer: 'http://id', subjects: ['ä']}
                - jwt: {issuer: 'https://id?x', attributes: [{}, {name: ''}]}
                - {}
                - jwt: {issuer: https://id, subjects: [a]}
                  aws: {accounts: ['111122223333'], ec2: {}}
                onboardTo: []
              - onboardTo:
                - {}
                - workloadGroupSelector: {matchExpressions: [{key: a, operator: in}, {key: b, operator: In}, {key: c, operator: Exists, values: [d]}]}
            """);

        problems.ShouldBeGolden();
    }

    [Theory]
    [InlineData("spec: {}", "spec.allow: is required")]
    [InlineData("spec: {allow: []}", "spec.allow: needs at least one item")]
    [InlineData("", "spec: is required")]
    [InlineData("spec: {alow: []}", "spec.alow: is not a known field; did you mean allow?")]
    public void A_policy_allows_something(string spec, string problem) =>
        Problems(ResourceKinds.OnboardingPolicy, PolicyHead + spec).ShouldContain(found => found.Contains(problem, StringComparison.Ordinal));

    [Fact]
    public void A_policy_in_the_cluster_with_a_misspelt_bound_is_not_in_force_but_is_written_back_as_it_is()
    {
        JsonObject stored = JsonNode.Parse("""
            {"apiVersion": "authorization.onboarding.tetrate.io/v1alpha1", "kind": "OnboardingPolicy",
             "metadata": {"name": "p", "namespace": "n", "resourceVersion": "5"},
             "spec": {"allow": [{"workloads": [{"jwt": {"issuer": "https://i", "subject": ["a"]}}], "onboardTo": [{"workloadGroupSelector": {}}]}]}}
            """)!.AsObject();

        OnboardingPolicy policy = OnboardingPolicy.FromJson(stored);

        policy.Spec.ShouldBeNull();
        Problem problem = policy.Problems.Single(found => found.Severity == ProblemSeverity.Error);
        problem.Path.ShouldBe("spec.allow[0].workloads[0].jwt.subject");
        problem.Line.ShouldBe(0);
        policy.MentionsDeny.ShouldBeFalse();
        JsonNode.DeepEquals(policy.ToJson(), stored).ShouldBeTrue();
    }

    [Fact]
    public void A_policy_that_mentions_deny_says_so_even_if_it_can_not_be_read() =>
        OnboardingPolicy.FromJson(JsonNode.Parse("""{"spec": {"deny": "everything"}}""")!.AsObject()).MentionsDeny.ShouldBeTrue();

    [Fact]
    public void Status_is_read_and_written()
    {
        JsonObject stored = JsonNode.Parse("""
            {"apiVersion": "authorization.onboarding.tetrate.io/v1alpha1", "kind": "OnboardingPolicy", "metadata": {"name": "p"},
             "spec": {"allow": [{"workloads": [{"jwt": {"issuer": "https://i"}}], "onboardTo": [{"workloadGroupSelector": {}}]}]},
             "status": {"observedGeneration": 3, "conditions": [{"type": "Accepted", "status": "True", "reason": "Valid", "message": "m", "lastTransitionTime": "2026-01-31T12:00:00Z", "observedGeneration": 3}]}}
            """)!.AsObject();

        OnboardingPolicy policy = OnboardingPolicy.FromJson(stored);

        policy.Status!.Conditions.Single().LastTransitionTime.ShouldBe(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
        JsonNode.DeepEquals(policy.ToJson(), stored).ShouldBeTrue(policy.ToJson().ToJsonString());
    }
}
