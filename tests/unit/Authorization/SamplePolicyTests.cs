using System.Net;
using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Policies;
using Onboarding.Api.Reading;
using Onboarding.Authorization;
using Onboarding.Documents;
using Onboarding.Testing;
using Shouldly;
using Xunit;
using static Onboarding.Tests.Unit.Authorization.TestPolicies;

namespace Onboarding.Tests.Unit.Authorization;

/// <summary>Every policy in samples/policies, read from its file and asked about someone it is for and someone who is close.</summary>
public sealed class SamplePolicyTests
{
    private const string Ec2 = """{"aws": {"partition": "aws", "account": "111122223333", "region": "eu-west-1", "zone": "eu-west-1b", "ec2": {"instanceId": "i-1", "iamRole": {"name": "ROLE"}}}}""";
    private const string Ecs = """{"aws": {"partition": "aws", "account": "111122223333", "region": "eu-west-1", "zone": "eu-west-1b", "ecs": {"taskId": "t1", "cluster": "ROLE", "iamRole": {"name": "cart"}}}}""";
    private const string Jwt = """{"jwt": {"issuer": "https://id.corp.example", "subject": "x", "attributes": {"role": "ROLE", "site": "north"}}}""";
    private const string Gcp = """{"gcp": {"projectId": "shop-prod", "projectNumber": "1", "region": "europe-west4", "zone": "europe-west4-a", "gce": {"instanceId": "1", "serviceAccount": "ROLE@shop-prod.iam.gserviceaccount.com"}}}""";
    private const string Azure = """{"azure": {"subscription": "6fd5f7a1-0c4e-4d4e-9d55-0b1f1c6d0a11", "resourceGroup": "RG-Cart", "compute": {"instanceId": "6fd5f7a1-0c4e-4d4e-9d55-0b1f1c6d0a13", "scaleSet": "ROLE"}}}""";
    private const string Kubernetes = """{"kubernetes": {"namespace": "legacy", "serviceAccount": "ROLE"}}""";
    private const string Spiffe = """{"spiffe": {"trustDomain": "corp.example", "path": "/vm/ROLE/1"}}""";
    private const string X509 = """{"x509": {"authority": "corp", "authorityKey": "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc", "issuer": "CN=Machines,O=Corp", "subject": "CN=x", "fingerprint": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "dnsNames": ["ROLE-1.corp.example"]}}""";
    private const string Token = """{"joinToken": {"namespace": "shop", "name": "rack-7-ROLE"}}""";

    [Theory]
    [InlineData("aws-ec2", Ec2, "cart", "web")]
    [InlineData("aws-ecs", Ecs, "prod", "test")]
    [InlineData("jwt", Jwt, "cart", "web")]
    [InlineData("gcp", Gcp, "cart", "web")]
    [InlineData("azure", Azure, "cart", "web")]
    [InlineData("kubernetes", Kubernetes, "cart", "web")]
    [InlineData("spiffe", Spiffe, "cart", "cartoon")]
    [InlineData("x509", X509, "cart", "web")]
    public void A_sample_admits_whom_it_is_for_and_nobody_else(string file, string identity, string inside, string outside)
    {
        PolicySet set = PolicySet.Compile([Sample(file)]);
        Dictionary<string, string> cart = new() { ["app"] = "cart" };

        set.Decide(Question(IdentityIn(identity, inside), cart)).IsAllowed.ShouldBeTrue();
        set.Decide(Question(IdentityIn(identity, outside), cart)).IsAllowed.ShouldBeFalse();
        set.Decide(Question(IdentityIn(identity, inside), new Dictionary<string, string> { ["app"] = "db" })).IsAllowed.ShouldBeFalse();
    }

    [Fact]
    public void The_sample_for_join_tokens_is_bounded_in_time_network_labels_and_number()
    {
        PolicySet set = PolicySet.Compile([Sample("join-token")]);
        AdmissionQuestion question = Question(IdentityIn(Token, "a"), new Dictionary<string, string> { ["app"] = "cart" }) with
        {
            Address = IPAddress.Parse("10.7.1.1"),
            Labels = new Dictionary<string, string> { ["version"] = "v2" },
        };

        set.Decide(question).IsAllowed.ShouldBeTrue();
        set.Decide(question with { Now = new DateTimeOffset(2027, 2, 1, 0, 0, 0, TimeSpan.Zero) }).IsAllowed.ShouldBeFalse();
        set.Decide(question with { Address = IPAddress.Parse("10.8.1.1") }).IsAllowed.ShouldBeFalse();
        set.Decide(question with { Labels = new Dictionary<string, string> { ["version"] = "v3" } }).IsAllowed.ShouldBeFalse();
        PolicyMember member = new(question.Identity, question.GroupLabels!);
        set.Decide(question with { MembersBefore = () => Enumerable.Repeat(member, 40) }).IsAllowed.ShouldBeFalse();
    }

    [Fact]
    public void The_sample_that_denies_wins_over_the_one_that_allows()
    {
        PolicySet set = PolicySet.Compile([Sample("jwt"), Sample("deny")]);
        AdmissionQuestion question = Question(IdentityIn(Jwt, "cart"), new Dictionary<string, string> { ["app"] = "cart" });

        set.Decide(question).IsAllowed.ShouldBeTrue();
        set.Decide(question with { Address = IPAddress.Parse("192.168.66.7") }).Outcome.ShouldBe(PolicyOutcome.Denied);
        set.Decide(question with { Identity = new WorkloadIdentity { Jwt = question.Identity.Jwt! with { Subject = "cart-9.corp.example" } } })
            .Outcome.ShouldBe(PolicyOutcome.Denied);
    }

    [Fact]
    public void Every_sample_is_read_without_a_problem()
    {
        string[] files = [.. Directory.GetFiles(Path.Combine(Repository.Root, "samples", "policies")).Select(f => Path.GetFileNameWithoutExtension(f)!)];

        files.Length.ShouldBe(10);
        foreach (string file in files)
        {
            Sample(file).Spec.ShouldNotBeNull();
        }
    }

    private static WorkloadIdentity IdentityIn(string identity, string role) => Identity(identity.Replace("ROLE", role, StringComparison.Ordinal));

    private static OnboardingPolicy Sample(string name)
    {
        ReadResult<OnboardingPolicy> result = ResourceReader.ReadFile(
            ResourceKinds.OnboardingPolicy, Path.Combine(Repository.Root, "samples", "policies", $"{name}.yaml"));
        result.Problems.ShouldBeEmpty();
        return result.Value!;
    }
}
