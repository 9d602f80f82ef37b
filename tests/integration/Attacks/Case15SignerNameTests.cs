using System.Security.Cryptography.X509Certificates;
using Onboarding.Api;
using Onboarding.Testing.Clouds;
using Onboarding.Tests.Integration.Platforms;
using Xunit;

namespace Onboarding.Tests.Integration.Attacks;

/// <summary>The roots that Azure's signer chains to issue to all the world: only its name tells it from anybody's certificate.</summary>
public sealed class Case15SignerNameTests(PlatformPlane platforms) : AttackOnPlatforms(platforms)
{
    [Theory]
    [InlineData("metadata.azure.com.evil.io")]
    [InlineData("xmetadata.azure.com")]
    [InlineData("*.metadata.azure.com")]
    [InlineData("*.azure.com")]
    [InlineData("metadata.azure.us")]
    [InlineData("")]
    public async Task Case15_a_certificate_for_another_name_signs_no_document(string name)
    {
        // The common name is metadata.azure.com in all of them.
        using IssuedCertificate signer = Platforms.Azure.Issue(name);

        await Refused(Reasons.CredentialIssuer, (plane, key) => PlatformCredentials.Azure(Platforms.Azure, plane, key, signer: signer));
    }

    [Fact]
    public async Task Case15_the_right_name_of_a_strange_root_signs_no_document()
    {
        using var stranger = new AzureCloud();

        await Refused(Reasons.CredentialIssuer, (plane, key) => PlatformCredentials.Azure(stranger, plane, key));
    }

    [Fact]
    public async Task Case04_a_genuine_certificate_in_the_bag_vouches_for_no_other_signer()
    {
        using IssuedCertificate attacker = Platforms.Corp.Issue("CN=attacker,O=Corp", new CertificateTerms { Rsa = true, DnsNames = ["metadata.azure.com"] });
        using X509Certificate2 genuine = Platforms.Azure.Signer.WithKey();
        using X509Certificate2 other = attacker.WithKey();

        await Refused(Reasons.CredentialIssuer, (plane, key) => PlatformCredentials.Azure(
            new CmsWriter("{}"u8.ToArray()).WithCertificate(genuine).WithCertificate(other).WithSigner(other).ToArray(), [Platforms.Azure.Issuing.Certificate]));
        await Refused(Reasons.CredentialSignature, (plane, key) => PlatformCredentials.Azure(
            new CmsWriter("{}"u8.ToArray()).WithCertificate(genuine).WithSigner(other, named: genuine).ToArray(), [Platforms.Azure.Issuing.Certificate]));
    }
}
