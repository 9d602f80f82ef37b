using Onboarding.Api.Policies;
using Onboarding.Authorization;
using Onboarding.Testing;
using Shouldly;
using Xunit;
using static Onboarding.Tests.Unit.Authorization.TestPolicies;

namespace Onboarding.Tests.Unit.Authorization;

public sealed class PolicyReviewTests
{
    private const string Narrow = """[{"workloadGroupSelector": {"matchLabels": {"app": "ratings"}}}]""";

    private static readonly IReadOnlyDictionary<string, string>[] Groups =
        [.. Enumerable.Range(0, 13).Select(i => new Dictionary<string, string> { ["app"] = $"app-{i}" }), new Dictionary<string, string> { ["app"] = "ratings" }];

    [Theory]
    [InlineData("""{"aws": {"accounts": ["111122223333"], "ec2": {}}}""", "spec.allow[0].workloads[0].aws.ec2: matches every role in account 111122223333, and instances without one")]
    [InlineData("""{"aws": {"accounts": ["111122223333", "444455556666"], "ecs": {}}}""", "spec.allow[0].workloads[0].aws.ecs: matches every role in every cluster of accounts 111122223333, 444455556666")]
    [InlineData("""{"aws": {"accounts": ["111122223333"], "ecs": {"clusters": ["prod"]}}}""", "spec.allow[0].workloads[0].aws.ecs: matches every role in cluster prod of account 111122223333")]
    [InlineData("""{"gcp": {"projectIds": ["shop"]}}""", "spec.allow[0].workloads[0].gcp: matches every service account in project shop")]
    [InlineData("""{"gcp": {"projectNumbers": ["12"], "gce": {}}}""", "spec.allow[0].workloads[0].gcp: matches every service account in project 12")]
    [InlineData("""{"azure": {"subscriptions": ["6fd5f7a1-0c4e-4d4e-9d55-0b1f1c6d0a11"], "compute": {}}}""", "spec.allow[0].workloads[0].azure: matches every virtual machine in subscription 6fd5f7a1-0c4e-4d4e-9d55-0b1f1c6d0a11")]
    [InlineData("""{"jwt": {"issuer": "https://shared.example", "subjects": ["a"]}}""", "spec.allow[0].workloads[0].jwt.issuer: is an issuer with shared subjects: each token admits as many hosts as its holder likes, and copies aren't noticed")]
    public void Wide_matchers_are_pointed_out(string matcher, string warning) => Warnings(Policy("p", Rule(matcher, Narrow))).ShouldBe([warning]);

    [Theory]
    [InlineData("""{"aws": {"accounts": ["111122223333"], "ec2": {"iamRoleNames": ["web"]}}}""")]
    [InlineData("""{"gcp": {"projectIds": ["shop"], "gce": {"serviceAccounts": ["a@b"]}}}""")]
    [InlineData("""{"azure": {"subscriptions": ["6fd5f7a1-0c4e-4d4e-9d55-0b1f1c6d0a11"], "resourceGroups": ["web"]}}""")]
    [InlineData("""{"jwt": {"issuer": "https://id.corp.example", "subjects": ["a"]}}""")]
    public void Narrow_matchers_are_not(string matcher) => Warnings(Policy("p", Rule(matcher, Narrow))).ShouldBeEmpty();

    [Theory]
    [InlineData("""[{"workloadGroupSelector": {}}]""", "spec.allow[0].onboardTo[0].workloadGroupSelector: selector {} selects 14 groups")]
    [InlineData("""[{"workloadGroupSelector": {"matchLabels": {"app": "rating"}}}]""", "spec.allow[0].onboardTo[0].workloadGroupSelector: selects no WorkloadGroup")]
    public void Selectors_that_select_all_or_none_are_pointed_out(string groups, string warning) =>
        Warnings(Policy("p", Rule(Corp, groups))).ShouldBe([warning]);

    [Fact]
    public void Rules_that_are_over_and_labels_that_no_rule_opens_are_pointed_out()
    {
        Warnings(Policy("p", Rule(Corp, Narrow, """ "notAfter": "2026-01-01T00:00:00Z", "labels": [{"key": "a"}, {"key": "k8s.io/b"}] """))).ShouldBeGolden();
        Warnings(Denying("p", """{"workloads": [{"aws": {}}], "notAfter": "2026-01-01T00:00:00Z", "onboardTo": [{"workloadGroupSelector": {"matchLabels": {"app": "x"}}}]}""")).ShouldBeGolden();
    }

    private static string[] Warnings(OnboardingPolicy policy)
    {
        policy.Spec.ShouldNotBeNull(string.Join("; ", policy.Problems));
        return [.. PolicyReview.FindProblems(policy.Spec, Groups, ["https://shared.example"], Now).Select(p => $"{p.Path}: {p.Message}")];
    }
}
