using Onboarding.Api.Identity;
using Onboarding.Api.Policies;
using Shouldly;
using Xunit;
using static Onboarding.Tests.Unit.Authorization.TestPolicies;

namespace Onboarding.Tests.Unit.Authorization;

/// <summary>Matchers of the platforms that the reference has no rules for: AND across fields, OR across values, empty is any.</summary>
public sealed class PlatformRuleTests
{
    private const string Gcp = """
        {"gcp": {"projectId": "shop", "projectNumber": "12", "region": "europe-west4", "zone": "europe-west4-b", "gce": {"instanceId": "9", "serviceAccount": "web@shop"}}}
        """;

    private const string Azure = """
        {"azure": {"subscription": "6fd5f7a1-0c4e-4d4e-9d55-0b1f1c6d0a11", "tenant": "6fd5f7a1-0c4e-4d4e-9d55-0b1f1c6d0a12", "resourceGroup": "RG-Web",
          "compute": {"instanceId": "6fd5f7a1-0c4e-4d4e-9d55-0b1f1c6d0a13", "scaleSet": "Web", "managedIdentity": "system"}}}
        """;

    private const string AzureUnproved = """
        {"azure": {"subscription": "6fd5f7a1-0c4e-4d4e-9d55-0b1f1c6d0a11", "compute": {"instanceId": "6fd5f7a1-0c4e-4d4e-9d55-0b1f1c6d0a13"}}}
        """;

    private const string Pod = """{"kubernetes": {"namespace": "shop", "serviceAccount": "web", "pod": {"name": "web-0", "uid": "u"}}}""";
    private const string NoPod = """{"kubernetes": {"namespace": "shop", "serviceAccount": "web"}}""";
    private const string Svid = """{"spiffe": {"trustDomain": "corp.example", "path": "/vm/web-1"}}""";

    private const string Certificate = """
        {"x509": {"authority": "corp", "authorityKey": "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc", "issuer": "CN=CA", "subject": "CN=web", "fingerprint": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
          "dnsNames": ["a.example", "Web.example"], "uris": ["x://y"], "emailAddresses": ["a@b"], "ipAddresses": ["10.0.0.1"]}}
        """;

    private const string Token = """{"joinToken": {"namespace": "bookinfo", "name": "rack-7-a"}}""";

    [Theory]
    [InlineData(Gcp, """{"gcp": {"projectIds": ["shop"]}}""", true)]
    [InlineData(Gcp, """{"gcp": {"projectNumbers": ["12"]}}""", true)]
    [InlineData(Gcp, """{"gcp": {"projectIds": ["shop"], "projectNumbers": ["13"]}}""", false)]
    [InlineData(Gcp, """{"gcp": {"projectIds": ["shop-2"]}}""", false)]
    [InlineData(Gcp, """{"gcp": {"projectIds": ["shop"], "regions": ["europe-west1"]}}""", false)]
    [InlineData(Gcp, """{"gcp": {"projectIds": ["shop"], "zones": ["europe-west4-b", "europe-west4-c"]}}""", true)]
    [InlineData(Gcp, """{"gcp": {"projectIds": ["shop"], "gce": {}}}""", true)]
    [InlineData(Gcp, """{"gcp": {"projectIds": ["shop"], "gce": {"serviceAccounts": ["db@shop"]}}}""", false)]
    [InlineData(Gcp, """{"gcp": {"projectIds": ["shop"], "gce": {"instanceIds": ["9"], "serviceAccounts": ["web@shop"]}}}""", true)]
    [InlineData(Azure, """{"azure": {"subscriptions": ["6FD5F7A1-0C4E-4D4E-9D55-0B1F1C6D0A11"]}}""", true)]
    [InlineData(Azure, """{"azure": {"subscriptions": ["6fd5f7a1-0c4e-4d4e-9d55-0b1f1c6d0a10"]}}""", false)]
    [InlineData(Azure, """{"azure": {"subscriptions": ["6fd5f7a1-0c4e-4d4e-9d55-0b1f1c6d0a11"], "resourceGroups": ["rg-web"]}}""", true)]
    [InlineData(Azure, """{"azure": {"subscriptions": ["6fd5f7a1-0c4e-4d4e-9d55-0b1f1c6d0a11"], "resourceGroups": ["rg-web-evil", "rg"]}}""", false)]
    [InlineData(Azure, """{"azure": {"subscriptions": ["6fd5f7a1-0c4e-4d4e-9d55-0b1f1c6d0a11"], "tenants": ["6fd5f7a1-0c4e-4d4e-9d55-0b1f1c6d0a12"], "compute": {"scaleSets": ["web"], "managedIdentities": ["SYSTEM"]}}}""", true)]
    [InlineData(AzureUnproved, """{"azure": {"subscriptions": ["6fd5f7a1-0c4e-4d4e-9d55-0b1f1c6d0a11"]}}""", true)]
    [InlineData(AzureUnproved, """{"azure": {"subscriptions": ["6fd5f7a1-0c4e-4d4e-9d55-0b1f1c6d0a11"], "tenants": ["6fd5f7a1-0c4e-4d4e-9d55-0b1f1c6d0a12"]}}""", false)]
    [InlineData(AzureUnproved, """{"azure": {"subscriptions": ["6fd5f7a1-0c4e-4d4e-9d55-0b1f1c6d0a11"], "resourceGroups": ["rg-web"]}}""", false)]
    [InlineData(Pod, """{"kubernetes": {"namespaces": ["shop"]}}""", true)]
    [InlineData(Pod, """{"kubernetes": {"namespaces": ["shop"], "serviceAccounts": ["db", "web"], "pods": ["web-0"]}}""", true)]
    [InlineData(Pod, """{"kubernetes": {"namespaces": ["shop"], "serviceAccounts": ["db"]}}""", false)]
    [InlineData(NoPod, """{"kubernetes": {"namespaces": ["shop"], "pods": ["web-0"]}}""", false)]
    [InlineData(Svid, """{"spiffe": {"trustDomains": ["corp.example"]}}""", true)]
    [InlineData(Svid, """{"spiffe": {"trustDomains": ["corp.example"], "paths": ["/vm/web-1"]}}""", true)]
    [InlineData(Svid, """{"spiffe": {"trustDomains": ["corp.example"], "paths": ["/vm/web"]}}""", false)]
    [InlineData(Svid, """{"spiffe": {"trustDomains": ["corp.example"], "pathPrefixes": ["/vm"]}}""", true)]
    [InlineData(Svid, """{"spiffe": {"trustDomains": ["corp.example"], "pathPrefixes": ["/vm/web-1"]}}""", true)]
    [InlineData(Svid, """{"spiffe": {"trustDomains": ["corp.example"], "pathPrefixes": ["/vm/web"]}}""", false)]
    [InlineData(Svid, """{"spiffe": {"trustDomains": ["corp.example.evil"]}}""", false)]
    [InlineData(Certificate, """{"x509": {"issuers": ["CN=CA"]}}""", true)]
    [InlineData(Certificate, """{"x509": {"authorities": ["corp"]}}""", true)]
    [InlineData(Certificate, """{"x509": {"authorities": ["ca"]}}""", false)]
    [InlineData(Certificate, """{"x509": {"authorities": ["other"], "issuers": ["CN=CA"]}}""", false)]
    [InlineData(Certificate, """{"x509": {"subjects": ["CN=web"], "dnsNames": ["web.EXAMPLE"]}}""", true)]
    [InlineData(Certificate, """{"x509": {"subjects": ["cn=web"]}}""", false)]
    [InlineData(Certificate, """{"x509": {"issuers": ["CN=CA"], "dnsNames": ["example"]}}""", false)]
    [InlineData(Certificate, """{"x509": {"uris": ["x://z", "x://y"], "emailAddresses": ["a@b"], "ipAddresses": ["10.0.0.1"]}}""", true)]
    [InlineData(Certificate, """{"x509": {"fingerprints": ["bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"]}}""", false)]
    [InlineData(Token, """{"joinToken": {"names": ["rack-7-a"]}}""", true)]
    [InlineData(Token, """{"joinToken": {"names": ["x"], "namePrefixes": ["rack-7-"]}}""", true)]
    [InlineData(Token, """{"joinToken": {"names": ["rack-7"], "namePrefixes": ["rack-8-"]}}""", false)]
    public void Fields_are_and_and_values_are_or(string identity, string matcher, bool allowed)
    {
        OnboardingPolicy policy = Policy("p", Rule(matcher));
        policy.Spec.ShouldNotBeNull(string.Join("; ", policy.Problems));

        Decide([policy], Identity(identity), Ratings).IsAllowed.ShouldBe(allowed);

        // deny matches exactly whom allow matches.
        Decide([Policy("q", Rule(Everybody(identity))), Denying("p", $$"""{"workloads": [{{matcher}}]}""")], Identity(identity), Ratings)
            .IsAllowed.ShouldBe(!allowed);
    }

    [Theory]
    [InlineData(Gcp, "gcp")]
    [InlineData(Azure, "azure")]
    [InlineData(Pod, "kubernetes")]
    [InlineData(Svid, "spiffe")]
    [InlineData(Certificate, "x509")]
    [InlineData(Token, "joinToken")]
    public void Without_a_bound_everybody_of_the_platform_is_denied_and_nobody_of_another(string identity, string platform)
    {
        WorkloadIdentity workload = Identity(identity);
        OnboardingPolicy deny = Denying("d", $$$"""{"workloads": [{"{{{platform}}}": {}}]}""");
        OnboardingPolicy allow = Policy("a", Rule($"{Everybody(identity)}, {Corp}"));

        Decide([allow, deny], workload, Ratings).IsAllowed.ShouldBeFalse();
        Decide([allow], workload, Ratings).IsAllowed.ShouldBeTrue();
        Decide([allow, deny], Host, Ratings).IsAllowed.ShouldBeTrue();
    }

    [Fact]
    public void A_matcher_without_its_bound_that_no_reader_saw_admits_nobody()
    {
        OnboardingPolicyRule rule = new()
        {
            Workloads = [new WorkloadIdentityMatcher { X509 = new X509Matcher() }, new WorkloadIdentityMatcher { JoinToken = new JoinTokenMatcher() },
                new WorkloadIdentityMatcher { Gcp = new GcpMatcher() }, new WorkloadIdentityMatcher { Spiffe = new SpiffeMatcher() },
                new WorkloadIdentityMatcher { Azure = new AzureMatcher() }, new WorkloadIdentityMatcher { Kubernetes = new KubernetesMatcher() },
                new WorkloadIdentityMatcher { Aws = new AwsMatcher() }, new WorkloadIdentityMatcher { Jwt = new JwtMatcher() }, new WorkloadIdentityMatcher()],
            OnboardTo = [new WorkloadGroupMatcher()],
        };
        OnboardingPolicy policy = Policy("p", Rule(Corp)) with { Spec = new OnboardingPolicySpec { Allow = [rule] } };

        foreach (string identity in (string[])[Gcp, Azure, Pod, Svid, Certificate, Token])
        {
            Decide([policy], Identity(identity), Ratings).IsAllowed.ShouldBeFalse(identity);
        }

        Decide([policy], Host, Ratings).IsAllowed.ShouldBeFalse();
        Decide([policy], Ec2, Ratings).IsAllowed.ShouldBeFalse();
    }

    private static string Everybody(string identity) => Identity(identity).Platform switch
    {
        "gcp" => """{"gcp": {"projectIds": ["shop"]}}""",
        "azure" => """{"azure": {"subscriptions": ["6fd5f7a1-0c4e-4d4e-9d55-0b1f1c6d0a11"]}}""",
        "kubernetes" => """{"kubernetes": {"namespaces": ["shop"]}}""",
        "spiffe" => """{"spiffe": {"trustDomains": ["corp.example"]}}""",
        "x509" => """{"x509": {"issuers": ["CN=CA"]}}""",
        _ => """{"joinToken": {"namePrefixes": ["rack"]}}""",
    };
}
