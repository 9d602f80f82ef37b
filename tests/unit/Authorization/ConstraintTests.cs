using System.Net;
using Onboarding.Api.Policies;
using Onboarding.Authorization;
using Shouldly;
using Xunit;
using static Onboarding.Tests.Unit.Authorization.TestPolicies;

namespace Onboarding.Tests.Unit.Authorization;

/// <summary>What a rule of <c>allow</c> asks for beyond identity and group.</summary>
public sealed class ConstraintTests
{
    [Theory]
    [InlineData("2026-06-01T12:00:01Z", true)]
    [InlineData("2026-06-01T14:00:00.5+02:00", true)]
    [InlineData("2026-06-01T12:00:00Z", false)]
    [InlineData("2026-05-31T23:00:00Z", false)]
    public void NotAfter_ends_a_rule(string notAfter, bool allowed) =>
        Allows($"\"notAfter\": \"{notAfter}\"", Question(Host, Ratings)).ShouldBe(allowed);

    [Theory]
    [InlineData("10.1.2.3", true)]
    [InlineData("::ffff:10.1.2.3", true)]
    [InlineData("fd00::1", true)]
    [InlineData("192.168.0.1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("2001:db8::a01:203", false)]
    [InlineData(null, true)]
    public void The_registered_address_must_lie_in_a_network_once_it_is_known(string? address, bool allowed) =>
        Allows("\"addressCidrs\": [\"10.0.0.0/8\", \"fd00::/8\"]", Question(Host, Ratings) with { Address = address is null ? null : IPAddress.Parse(address) })
            .ShouldBe(allowed);

    [Theory]
    [InlineData("version", true)]
    [InlineData("example.com/team", true)]
    [InlineData("istio.io/rev", false)]
    [InlineData("security.istio.io/tlsMode", false)]
    [InlineData("service.istio.io/canonical-name", false)]
    [InlineData("topology.istio.io/network", false)]
    [InlineData("topology.kubernetes.io/zone", false)]
    [InlineData("topology.example.com/x", false)]
    [InlineData("istio-locality", false)]
    [InlineData("app.kubernetes.io/managed-by", false)]
    [InlineData("onboarding.tetrate.io/x", false)]
    [InlineData("notistio.io/x", true)]
    public void Protected_labels_can_not_be_reported_by_default(string key, bool allowed) => Allows("", Labelled((key, "x"))).ShouldBe(allowed);

    [Theory]
    [InlineData("version", "v1", true)]
    [InlineData("version", "v3", false)]
    [InlineData("team", "anything", true)]
    [InlineData("color", "red", false)]
    [InlineData("topology.istio.io/network", "net-1", true)]
    [InlineData("topology.istio.io/subzone", "x", false)]
    [InlineData("onboarding.tetrate.io/workload-group", "x", false)]
    public void A_rule_with_labels_allows_what_it_lists_protected_ones_too_but_never_reserved_ones(string key, string value, bool allowed) =>
        Allows(
            """
            "labels": [{"key": "version", "values": ["v1", "v2"]}, {"key": "team"}, {"key": "topology.istio.io/network"}, {"key": "onboarding.tetrate.io/workload-group"}]
            """,
            Labelled((key, value))).ShouldBe(allowed);

    [Theory]
    [InlineData("allow", "addressCidrs")]
    [InlineData("allow", "labels")]
    [InlineData("deny", "addressCidrs")]
    public void A12_An_empty_list_is_an_error_and_no_missing_bound(string effect, string field)
    {
        OnboardingPolicy policy = FromSpec("p", $$"""{"{{effect}}": [{{Rule(Corp, constraints: $"\"{field}\": []")}}]}""");

        policy.Spec.ShouldBeNull();
        policy.Problems.ShouldContain(p => p.Path == $"spec.{effect}[0].{field}");
    }

    [Fact]
    public void A8_Labels_that_no_rule_opens_are_named_where_a_decision_is_explained()
    {
        PolicyExplanation explanation = PolicySet.Compile([Policy("p", Rule(Corp))]).Explain(Labelled(("k8s-app", "db"), ("version", "v2")));

        explanation.Decision.IsAllowed.ShouldBeTrue();
        explanation.Lines.ShouldContain(l => l.Contains("are dropped: k8s-app", StringComparison.Ordinal));
        ReportedLabels.Divide(Labelled(("k8s-app", "db")).Labels!, ["k8s-app"]).Dropped.ShouldBeEmpty();
    }

    [Fact]
    public void Every_reported_label_must_be_allowed() =>
        Allows("\"labels\": [{\"key\": \"a\"}]", Labelled(("a", "1"), ("b", "2"))).ShouldBeFalse();

    [Fact]
    public void Labels_that_are_not_known_yet_are_left_open() =>
        Allows("\"labels\": [{\"key\": \"a\", \"values\": [\"1\"]}]", Question(Host, Ratings)).ShouldBeTrue();

    [Fact]
    public void A_decision_says_which_labels_the_admitting_rule_grants()
    {
        OnboardingPolicy policy = Policy("p", Rule(Corp, constraints: "\"labels\": [{\"key\": \"version\"}, {\"key\": \"k8s.io/x\"}]"));

        Decide([policy], Host, Ratings).GrantedLabels.ShouldBe(["version"]);
        Decide([Policy("p", Rule(Corp))], Host, Ratings).GrantedLabels.ShouldBeEmpty();
    }

    [Fact]
    public void Another_rule_admits_where_one_does_not()
    {
        OnboardingPolicy policy = Policy(
            "p", Rule(Corp, constraints: "\"notAfter\": \"2020-01-01T00:00:00Z\""), Rule(Corp, constraints: "\"addressCidrs\": [\"10.0.0.0/8\"]"), Rule(Corp));

        PolicySet.Compile([policy]).Decide(Question(Host, Ratings) with { Address = IPAddress.Parse("11.0.0.1") }).Rule.ShouldBe(3);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    public void MaxMembers_counts_those_who_were_there_before(int before, bool allowed) =>
        Allows("\"maxMembers\": 2", Question(Host, Ratings) with
        {
            MembersBefore = () => Enumerable.Range(0, before).Select(i => new PolicyMember(Jwt($"member-{i}"), Ratings)),
        }).ShouldBe(allowed);

    [Fact]
    public void MaxMembers_counts_members_by_the_rule_only()
    {
        Dictionary<string, string> reviews = new() { ["app"] = "reviews" };
        OnboardingPolicy policy = Policy(
            "p", Rule(Corp, """[{"workloadGroupSelector": {"matchLabels": {"app": "ratings"}}}]""", "\"maxMembers\": 1"));

        PolicySet.Compile([policy]).Decide(Question(Host, Ratings) with
        {
            MembersBefore = () => [new PolicyMember(Jwt("m-1"), reviews), new PolicyMember(Ec2, Ratings)],
        }).IsAllowed.ShouldBeTrue("one is in another group, the other of another platform");
    }

    [Fact]
    public void Members_are_counted_for_a_policy_and_each_of_its_rules()
    {
        PolicySet set = PolicySet.Compile([Policy("p", Rule(Corp), Rule("""{"jwt": {"issuer": "https://id.corp.example", "subjects": ["a", "b"]}}"""))]);

        MemberCounts counts = set.CountMembers("p", [new PolicyMember(Jwt("a"), Ratings), new PolicyMember(Jwt("c"), Ratings), new PolicyMember(Ec2, Ratings)]);

        counts.Members.ShouldBe(2);
        counts.Rules.ShouldBe([2, 1]);
        set.CountMembers("q", []).Members.ShouldBe(0);
    }

    private static AdmissionQuestion Labelled(params (string Key, string Value)[] labels) =>
        Question(Host, Ratings) with { Labels = labels.ToDictionary(l => l.Key, l => l.Value) };

    private static bool Allows(string constraints, AdmissionQuestion question)
    {
        OnboardingPolicy policy = Policy("p", Rule(Corp, constraints: constraints));
        policy.Spec.ShouldNotBeNull(string.Join("; ", policy.Problems));
        PolicySet set = PolicySet.Compile([policy]);
        bool allowed = set.Decide(question).IsAllowed;
        PolicyExplanation explanation = set.Explain(question);
        explanation.Rules[0].Applies.ShouldBe(allowed, "what explains is what decides");
        return allowed;
    }
}
