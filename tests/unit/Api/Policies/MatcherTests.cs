using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Policies;
using Onboarding.Documents;
using Shouldly;
using Xunit;
using static Onboarding.Tests.Unit.Api.TestDocuments;

namespace Onboarding.Tests.Unit.Api.Policies;

/// <summary>Matchers of every platform as people write them, in <c>allow</c> and in <c>deny</c>.</summary>
public class MatcherTests
{
    [Theory]
    [InlineData("aws: {}", "aws.accounts: is required")]
    [InlineData("jwt: {}", "jwt.issuer: is required")]
    [InlineData("gcp: {}", "gcp: needs at least one item in one of: projectIds, projectNumbers")]
    [InlineData("gcp: {projectIds: []}", "gcp: needs at least one item in one of: projectIds, projectNumbers")]
    [InlineData("azure: {}", "azure.subscriptions: is required")]
    [InlineData("azure: {subscriptions: []}", "azure.subscriptions: needs at least one item")]
    [InlineData("kubernetes: {}", "kubernetes.namespaces: is required")]
    [InlineData("spiffe: {}", "spiffe.trustDomains: is required")]
    [InlineData("x509: {}", "x509: needs at least one item in one of: authorities, issuers, subjects, dnsNames, uris, emailAddresses, ipAddresses, fingerprints")]
    [InlineData("joinToken: {}", "joinToken: needs at least one item in one of: names, namePrefixes")]
    public void Allow_needs_a_bound_and_deny_does_not(string matcher, string problem)
    {
        string[] found = Problems(ResourceKinds.OnboardingPolicy, Allow(matcher));
        found.ShouldContain(p => p.EndsWith($"spec.allow[0].workloads[0].{problem}", StringComparison.Ordinal), string.Join("\n", found));

        ReadValid(ResourceKinds.OnboardingPolicy, PolicyHead + $$"""
            spec:
              deny:
              - workloads:
                - {{matcher}}
            """).Spec!.Deny.Single().OnboardTo.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("gcp: {projectIds: [shop], projectNumbers: ['1'], regions: [r], zones: [z], gce: {instanceIds: ['2'], serviceAccounts: [a@b]}}")]
    [InlineData("azure: {subscriptions: [6fd5f7a1-0c4e-4d4e-9d55-0b1f1c6d0a11], tenants: [6fd5f7a1-0c4e-4d4e-9d55-0b1f1c6d0a12], resourceGroups: [RG], compute: {instanceIds: [6fd5f7a1-0c4e-4d4e-9d55-0b1f1c6d0a13], scaleSets: [s], managedIdentities: [system]}}")]
    [InlineData("kubernetes: {namespaces: [shop], serviceAccounts: [web], pods: [web-0]}")]
    [InlineData("spiffe: {trustDomains: [corp.example], paths: [/a/b], pathPrefixes: [/vm]}")]
    [InlineData("x509: {authorities: [corp], issuers: [CN=CA], subjects: [CN=web], dnsNames: [a.b], uris: ['x://y'], emailAddresses: [a@b], ipAddresses: [10.0.0.1], fingerprints: [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]}")]
    [InlineData("joinToken: {names: [a], namePrefixes: [rack-7-]}")]
    public void A_full_matcher_reads_and_writes_back(string matcher)
    {
        OnboardingPolicy policy = ReadValid(ResourceKinds.OnboardingPolicy, Allow(matcher));

        string yaml = ResourceWriter.ToYaml(policy.ToJson());

        JsonNode.DeepEquals(ReadValid(ResourceKinds.OnboardingPolicy, yaml).ToJson(), policy.ToJson()).ShouldBeTrue(yaml);
        JsonNode written = policy.ToJson()["spec"]!["allow"]![0]!["workloads"]![0]!;
        written.ToJsonString().Count(c => c == '[').ShouldBe(matcher.Count(c => c == '['), "no list is lost");
    }

    [Theory]
    [InlineData("gcp: {projects: [a]}", "gcp.projects: is not a known field")]
    [InlineData("gcp: {projectIds: [a], gce: {service_accounts: [a], serviceAcounts: [b]}}", "gcp.gce.serviceAcounts: is not a known field; did you mean serviceAccounts?")]
    [InlineData("azure: {subscriptions: [prod]}", "azure.subscriptions[0]: must be a UUID such as")]
    [InlineData("kubernetes: {namespaces: ['*']}", "kubernetes.namespaces[0]: must be a DNS label in lower case")]
    [InlineData("spiffe: {trustDomains: ['spiffe://a']}", "spiffe.trustDomains[0]: must be a trust domain")]
    [InlineData("spiffe: {trustDomains: [a], pathPrefixes: ['']}", "spiffe.pathPrefixes[0]: must not be empty")]
    [InlineData("spiffe: {trustDomains: [a], pathPrefixes: [/vm/]}", "spiffe.pathPrefixes[0]: must be the path of a SPIFFE ID")]
    [InlineData("x509: {fingerprints: ['AA:BB']}", "x509.fingerprints[0]: must be a SHA-256 fingerprint")]
    [InlineData("joinToken: {namePrefixes: ['']}", "joinToken.namePrefixes[0]: must not be empty")]
    public void What_would_widen_a_matcher_by_mistake_is_an_error(string matcher, string problem) =>
        Problems(ResourceKinds.OnboardingPolicy, Allow(matcher))
            .ShouldContain(p => p.Contains($"spec.allow[0].workloads[0].{problem}", StringComparison.Ordinal));

    [Theory]
    [InlineData("kubernetes: {namespaces: [shop]}", "matches every service account in these namespaces")]
    [InlineData("spiffe: {trustDomains: [a]}", "matches every SPIFFE ID of these trust domains")]
    [InlineData("x509: {issuers: [CN=CA]}", "it matches every certificate that they, or authorities below them, issue")]
    public void A_wide_matcher_is_warned_of(string matcher, string warning) =>
        Problems(ResourceKinds.OnboardingPolicy, Allow(matcher)).ShouldHaveSingleItem().ShouldContain(warning);

    [Fact]
    public void Constraints_of_rules_are_read()
    {
        OnboardingPolicy policy = ReadValid(ResourceKinds.OnboardingPolicy, PolicyHead + """
            spec:
              allow:
              - workloads:
                - joinToken: {names: [a]}
                onboardTo:
                - workloadGroupSelector: {}
                notAfter: '2027-01-31T12:00:00Z'
                addressCidrs: [10.0.0.0/8, 'fd00::/8']
                labels: [{key: version, values: [v1]}, {key: team}]
                maxMembers: 3
              deny:
              - workloads:
                - aws: {}
                onboardTo:
                - workloadGroupSelector: {matchLabels: {app: web}}
                notAfter: '2027-01-31T12:00:00Z'
                addressCidrs: [10.0.0.0/8]
            """);

        OnboardingPolicyRule rule = policy.Spec!.Allow.Single();
        rule.NotAfter.ShouldBe(new DateTimeOffset(2027, 1, 31, 12, 0, 0, TimeSpan.Zero));
        rule.AddressCidrs.ShouldBe(["10.0.0.0/8", "fd00::/8"]);
        rule.Labels[0].Values.ShouldBe(["v1"]);
        rule.Labels[1].Values.ShouldBeEmpty();
        rule.MaxMembers.ShouldBe(3);
        policy.Spec.Deny.Single().AddressCidrs.ShouldBe(["10.0.0.0/8"]);
        JsonNode.DeepEquals(OnboardingPolicy.FromJson(policy.ToJson()).ToJson(), policy.ToJson()).ShouldBeTrue();
        OnboardingPolicy.FromJson(policy.ToJson()).Spec.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("notAfter: tomorrow", "notAfter: must be a time such as 2026-01-31T12:00:00Z")]
    [InlineData("addressCidrs: [10.0.0.1/8]", "addressCidrs[0]: must be a network in CIDR form")]
    [InlineData("addressCidrs: [10.0.0.0]", "addressCidrs[0]: must be a network in CIDR form")]
    [InlineData("addressCidrs: [10/8]", "addressCidrs[0]: must be a network in CIDR form")]
    [InlineData("maxMembers: 0", "maxMembers: must be from 1 to 2147483647, not 0")]
    [InlineData("labels: [{values: [a]}]", "labels[0].key: is required")]
    [InlineData("notafter: '2027-01-31T12:00:00Z'", "notafter: is not a known field; did you mean notAfter?")]
    public void A_constraint_that_can_not_be_read_is_an_error(string constraint, string problem) =>
        Problems(ResourceKinds.OnboardingPolicy, Allow("joinToken: {names: [a]}") + $"\n    {constraint}")
            .ShouldContain(p => p.Contains($"spec.allow[0].{problem}", StringComparison.Ordinal));

    [Fact]
    public void A_deny_rule_has_no_labels() =>
        Problems(ResourceKinds.OnboardingPolicy, PolicyHead + "spec: {deny: [{workloads: [{aws: {}}], labels: [{key: a}]}]}")
            .ShouldContain(p => p.Contains(" spec.deny[0].labels: ", StringComparison.Ordinal));

    private static string Allow(string matcher) => PolicyHead + $$$"""
        spec:
          allow:
          - workloads:
            - {{{matcher}}}
            onboardTo:
            - workloadGroupSelector: {matchLabels: {app: web}}
        """;
}
