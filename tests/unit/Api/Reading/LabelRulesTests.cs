using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Istio;
using Onboarding.Api.Reading;
using Onboarding.Endpoint.Registration;
using Onboarding.Plane.Cluster;
using Onboarding.Plane.Refusals;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Api.Reading;

/// <summary>The longest a label's prefix, and any other DNS name of Kubernetes, may be: the same wherever one is read.</summary>
public sealed class LabelRulesTests
{
    private const int Longest = 253;

    [Theory]
    [InlineData(Longest, true)]
    [InlineData(Longest + 1, false)]
    public void Case38_a_prefix_ends_at_253_characters_in_a_report_in_a_group_and_in_a_name(int length, bool isGood)
    {
        string prefix = DnsName(length);
        prefix.Length.ShouldBe(length);

        (LabelRules.Key($"{prefix}/version") is null).ShouldBe(isGood);
        LabelRules.IsDnsSubdomain(prefix).ShouldBe(isGood);
        KubernetesNames.IsSubdomain(prefix).ShouldBe(isGood);
        WorkloadGroup group = WorkloadGroup.FromJson(new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "ratings", ["namespace"] = "bookinfo" },
            ["spec"] = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { [$"{prefix}/version"] = "v1" } }, ["template"] = new JsonObject() },
        });
        if (isGood)
        {
            GroupCheck.Check(group);
        }
        else
        {
            Should.Throw<RefusedException>(() => GroupCheck.Check(group)).Refusal.Reason.ShouldBe(Reasons.RecordInvalid);
        }
    }

    /// <summary>A DNS name of this length, in parts of 63 characters at most.</summary>
    private static string DnsName(int length) => string.Concat(Enumerable.Range(1, length).Select(i => i % 64 == 0 && i < length ? '.' : 'a'));
}
