using Onboarding.Api;
using Onboarding.Testing.Clouds;
using Onboarding.Tests.Integration.Platforms;
using Xunit;

namespace Onboarding.Tests.Integration.Attacks;

/// <summary>Documents that come without the certificate above their signer's, whose signer says where to fetch it: asked of a whole plane.</summary>
public sealed class Case14PlaneTests(PlatformPlane platforms) : AttackOnPlatforms(platforms)
{
    [Theory]
    [InlineData(null)]
    [InlineData("http://127.0.0.1/ca.crt")]
    [InlineData("http://169.254.169.254/metadata/identity/oauth2/token")]
    [InlineData("http://www.microsoft.com.evil.example/ca.crt")]
    [InlineData("http://www.microsoft.com@127.0.0.1/ca.crt")]
    [InlineData("file:///etc/passwd")]
    public async Task Case14_a_document_is_not_checked_with_what_an_address_of_its_own_choice_gives(string? address)
    {
        using IssuedCertificate signer = Platforms.Azure.Issue("metadata.azure.com", address);

        await Refused(
            Reasons.CredentialIssuer,
            (plane, key) => PlatformCredentials.Azure(Platforms.Azure, plane, key, signer: signer, withIntermediate: false),
            address);
    }
}
