using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Install;
using Onboarding.Api.Runtime;
using Onboarding.Testing.Clouds;
using Onboarding.Tests.Integration.Endpoint;
using Onboarding.Tests.Integration.Platforms;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Attacks;

/// <summary>A2: an authority signs an intermediate with another authority's name. Who vouches is what the configuration says.</summary>
public sealed class AuthorityNameTests(PlatformPlane platforms) : AttackOnPlatforms(platforms)
{
    [Fact]
    public async Task A2_an_authority_that_borrows_a_name_is_recorded_as_itself()
    {
        using CertificateAuthority borrower = Platforms.Corp.Intermediate("CN=Partner Issuing CA,O=Partner");
        using IssuedCertificate certificate = borrower.Issue("CN=admin,O=Corp");

        TestAgent agent = await Platforms.AdmitAsync((plane, key) => PlatformCredentials.X509(plane, key, certificate, borrower.Certificate));

        X509Identity identity = await IdentityOf(agent);
        identity.Authority.ShouldBe("corp");
        identity.Issuer.ShouldContain("CN=Corp Root");
    }

    [Theory]
    [InlineData("CN=Corp Issuing CA,O=Corp")]
    [InlineData("CN=Strict Root,O=Corp")]
    public async Task A2_an_authority_that_borrows_the_name_of_an_anchor_is_refused(string name)
    {
        using CertificateAuthority borrower = Platforms.Corp.Intermediate(name);
        using IssuedCertificate certificate = borrower.Issue("CN=admin,O=Corp");

        await Refused(Reasons.CredentialIssuer, (plane, key) => PlatformCredentials.X509(plane, key, certificate, borrower.Certificate));
    }

    [Fact]
    public async Task A2_the_name_of_an_authority_without_lists_does_not_go_around_the_lists_of_the_signer()
    {
        await File.WriteAllTextAsync(Platforms.CrlFile, "nonsense");
        using CertificateAuthority borrower = Platforms.Strict.Intermediate("CN=Partner Issuing CA,O=Partner");
        using IssuedCertificate certificate = borrower.Issue("CN=admin,O=Corp");

        await Refused(Reasons.IssuerUnavailable, (plane, key) => PlatformCredentials.X509(plane, key, certificate, borrower.Certificate));
        await Refused(
            Reasons.IssuerUnavailable,
            (plane, key) => PlatformCredentials.X509(plane, key, certificate, borrower.Certificate, Platforms.Corp.Certificate));
    }

    [Fact]
    public async Task A2_an_intermediate_with_the_name_of_an_anchor_and_another_key_is_no_anchor()
    {
        using CertificateAuthority stranger = CertificateAuthority.Create("CN=Unknown Root,O=Corp");
        using CertificateAuthority fake = stranger.Intermediate("CN=Corp Issuing CA,O=Corp");
        using IssuedCertificate certificate = fake.Issue();

        await Refused(Reasons.CredentialIssuer, (plane, key) => PlatformCredentials.X509(plane, key, certificate));
        await Refused(Reasons.CredentialIssuer, (plane, key) => PlatformCredentials.X509(plane, key, certificate, fake.Certificate));
        await Refused(
            Reasons.CredentialIssuer, (plane, key) => PlatformCredentials.X509(plane, key, certificate, fake.Certificate, stranger.Certificate, Platforms.Issuing.Certificate));
    }

    [Fact]
    public void A2_two_authorities_with_one_name_are_refused_where_they_are_configured()
    {
        using CertificateAuthority other = CertificateAuthority.Create("CN=Corp Root,O=Corp");
        string Authority(string name, string roots) => $$"""{"name": "{{name}}", "roots": {{System.Text.Json.JsonSerializer.Serialize(roots)}}}""";
        IReadOnlyList<Onboarding.Api.Reading.Problem> Problems(string first, string second) => OnboardingPlane.FromJson(
            (System.Text.Json.Nodes.JsonObject)System.Text.Json.Nodes.JsonNode.Parse(
                $$$"""{"metadata": {"name": "p", "namespace": "n"}, "spec": {"workloads": {"authentication": {"x509": {"authorities": [{{{first}}}, {{{second}}}]} } } } }""")!).Problems;

        Problems(Authority("corp", Platforms.Corp.Pem), Authority("corp", Platforms.Strict.Pem))
            .ShouldContain(p => p.Path == "spec.workloads.authentication.x509.authorities[1].name");
        Problems(Authority("corp", Platforms.Corp.Pem), Authority("other", other.Pem))
            .ShouldContain(p => p.Path == "spec.workloads.authentication.x509.authorities[1].roots");
        Problems(Authority("corp", Platforms.Corp.Pem + "\n" + other.Pem), Authority("other", Platforms.Strict.Pem)).ShouldBeEmpty("a renewed root keeps its name");
    }

    private async Task<X509Identity> IdentityOf(TestAgent agent) => (await Platforms.Plane.Client.GetAsync<WorkloadAutoRegistration>(
        TestPlane.Namespace, agent.Registration)).Spec!.Identity.X509!;
}
