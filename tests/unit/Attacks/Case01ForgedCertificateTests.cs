using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Onboarding.Endpoint.Authentication.Cms;
using Onboarding.Testing.Clouds;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Attacks;

/// <summary>
/// The attacker makes a certificate with the issuer and serial number of the cloud's, signs with his own key and puts that
/// certificate into the message. .NET's own check takes it.
/// </summary>
public sealed class Case01ForgedCertificateTests
{
    private static readonly byte[] Document = Encoding.UTF8.GetBytes("""{"instanceId": "i-0abc"}""");

    private static readonly X509Certificate2 Cloud = SigningCertificates.Create();
    private static readonly X509Certificate2 Attacker = SigningCertificates.Create();

    private byte[] Forged => new CmsWriter(Document).WithCertificate(Attacker).WithSigner(Attacker).ToArray();

    [Fact]
    public void Case01_a_forged_certificate_of_the_same_issuer_and_serial_number_is_refused() =>
        Should.Throw<CmsException>(() => SignedMessage.Read(Forged).Verify(Cloud)).Kind.ShouldBe(CmsProblem.Signature);

    [Fact]
    public void Case01_beside_the_genuine_certificate_it_is_refused_too()
    {
        byte[] message = new CmsWriter(Document).WithCertificate(Cloud).WithCertificate(Attacker).WithSigner(Attacker).ToArray();

        Should.Throw<CmsException>(() => SignedMessage.Read(message).Verify(Cloud)).Kind.ShouldBe(CmsProblem.Signature);
    }

    [Fact]
    public void Case01_the_check_that_comes_to_mind_first_accepts_it()
    {
        // If this fails one day, .NET has mended its ways; until then, this is why SignedMessage strips the message.
        var cms = new SignedCms();
        cms.Decode(Forged);

        Should.NotThrow(() => cms.CheckSignature([Cloud], verifySignatureOnly: true));
        while (cms.Certificates.Count > 0)
        {
            cms.RemoveCertificate(cms.Certificates[0]);
        }

        Should.Throw<CryptographicException>(() => cms.CheckSignature([Cloud], verifySignatureOnly: true));
    }
}
