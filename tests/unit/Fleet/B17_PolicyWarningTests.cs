using System.Text.Json.Nodes;
using Onboarding.Api.Policies;
using Onboarding.Fleet.Policies;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Fleet;

/// <summary>B17: the module shows the plane's warnings of a policy, e.g. that no one is trusted whom it names, and not its own alone.</summary>
public sealed class B17_PolicyWarningTests
{
    private const string Untrusted = "spec.allow[0].workloads[0].jwt.issuer: \"https://other.example\" is no issuer that the plane trusts";

    [Fact]
    public void What_the_plane_says_of_the_policy_as_it_is_counts() =>
        View(observedGeneration: 2).Warnings.ShouldBe([Untrusted]);

    [Fact]
    public void What_it_said_of_an_earlier_one_does_not() =>
        View(observedGeneration: 1).Warnings.ShouldHaveSingleItem().ShouldContain("neither subjects nor attributes");

    private static PolicyView View(long observedGeneration) => PolicyView.Create(
        OnboardingPolicy.FromJson(JsonNode.Parse($$"""
            {"apiVersion": "authorization.onboarding.tetrate.io/v1alpha1", "kind": "OnboardingPolicy",
             "metadata": {"name": "odd", "namespace": "bookinfo", "generation": 2},
             "spec": {"allow": [{"workloads": [{"jwt": {"issuer": "https://other.example"} }], "onboardTo": [{"workloadGroupSelector": {} }]}]},
             "status": {"observedGeneration": {{observedGeneration}}, "conditions": [{"type": "Accepted", "status": "True", "reason": "Valid"}],
                        "warnings": [{{JsonValue.Create(Untrusted).ToJsonString()}}]} }
            """)!.AsObject()),
        []);
}
