using Onboarding.Api;
using Onboarding.Api.Policies;
using Onboarding.Api.Reading;
using Onboarding.Documents;
using Onboarding.Fleet.Policies;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Engine;

public sealed class PolicyDraftTests
{
    private static readonly PolicyDraft Aws = new()
    {
        Name = "web",
        Namespace = "shop",
        Platform = "aws",
        Kind = "ec2",
        Fields = [Field("accounts", "123456789012"), Field("regions"), Field("ec2.iamRoleNames", "web", "api")],
        Groups = [new Dictionary<string, string> { ["app"] = "web" }, new Dictionary<string, string> { ["app"] = "api" }],
    };

    [Fact]
    public void Fields_with_values_become_the_matcher_and_others_are_left_out()
    {
        OnboardingPolicyRule rule = Aws.ToPolicy().Spec.ShouldNotBeNull().Allow.ShouldHaveSingleItem();

        AwsMatcher matcher = rule.Workloads.ShouldHaveSingleItem().Aws.ShouldNotBeNull();
        matcher.Accounts.ShouldBe(["123456789012"]);
        matcher.Regions.ShouldBeEmpty();
        matcher.Ec2.ShouldNotBeNull().IamRoleNames.ShouldBe(["web", "api"]);
        rule.OnboardTo.Select(g => g.WorkloadGroupSelector.MatchLabels["app"]).ShouldBe(["web", "api"]);
    }

    [Fact]
    public void A_kind_without_fields_is_still_said() =>
        (Aws with { Fields = [Field("accounts", "123456789012")] }).ToPolicy().Spec!.Allow[0].Workloads[0].Aws!.Ec2.ShouldNotBeNull();

    [Fact]
    public void Without_the_list_that_bounds_it_the_policy_has_an_error() =>
        (Aws with { Fields = [] }).ToPolicy().Problems.ShouldContain(p => p.Severity == ProblemSeverity.Error && p.Path.EndsWith("accounts", StringComparison.Ordinal));

    [Fact]
    public void The_text_of_a_policy_is_read_back_as_the_same_policy()
    {
        OnboardingPolicy policy = (Aws with { MaxMembers = 3, AddressCidrs = ["10.0.0.0/8"], NotAfter = DateTimeOffset.UnixEpoch }).ToPolicy();

        string yaml = PolicyText.Write(policy);

        ReadResult<OnboardingPolicy> read = ResourceReader.Read(ResourceKinds.OnboardingPolicy, System.Text.Encoding.UTF8.GetBytes(yaml));
        read.Errors.ShouldBeEmpty();
        read.Value!.ToJson()["spec"]!.ToJsonString().ShouldBe(policy.ToJson()["spec"]!.ToJsonString());
        PolicyText.Write(read.Value).ShouldBe(yaml);
    }

    [Fact]
    public void A_policy_that_would_be_made_names_the_groups_whose_labels_nobody_asked_for()
    {
        string plan = PolicyText.Plan((Aws with { Groups = [], MaxMembers = 3 }).ToPolicy(), ["web", "api"]);

        plan.ShouldBeGolden();
        plan.ShouldContain("maxMembers: 3");
        plan.ShouldContain("- \"123456789012\"");
    }

    [Fact]
    public void A_policy_that_would_be_made_for_labels_is_told_as_it_would_be() =>
        PolicyText.Plan(Aws.ToPolicy(), []).ShouldBe(PolicyText.Write(Aws.ToPolicy()));

    private static KeyValuePair<string, IReadOnlyList<string>> Field(string path, params string[] values) => KeyValuePair.Create(path, (IReadOnlyList<string>)values);
}
