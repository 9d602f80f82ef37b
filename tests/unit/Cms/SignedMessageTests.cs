using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Onboarding.Endpoint.Authentication.Cms;
using Onboarding.Testing.Clouds;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Cms;

/// <summary>The one verifier of signed documents. What it must refuse is in Attacks, case by case.</summary>
public sealed class SignedMessageTests
{
    private static readonly byte[] Document = Encoding.UTF8.GetBytes("""{"instanceId": "i-0abc"}""");

    private static readonly X509Certificate2 Cloud = SigningCertificates.Create();

    [Fact]
    public void A_genuine_message_gives_the_document_that_was_signed()
    {
        byte[] message = CmsWriter.Sign(Document, Cloud);

        SignedMessage.Read(message).Verify(Cloud).ToArray().ShouldBe(Document);
    }

    [Fact]
    public void It_may_bring_along_the_trusted_certificate_itself()
    {
        byte[] message = new CmsWriter(Document).WithCertificate(Cloud).WithSigner(Cloud).ToArray();

        SignedMessage.Read(message).Verify(Cloud).ToArray().ShouldBe(Document);
    }

    [Fact]
    public void It_may_bring_along_certificates_that_the_caller_knows()
    {
        using X509Certificate2 other = SigningCertificates.Create(7);
        byte[] message = new CmsWriter(Document).WithCertificate(Cloud).WithCertificate(other).WithSigner(Cloud).ToArray();

        SignedMessage.Read(message).Verify(Cloud, other).ToArray().ShouldBe(Document);
        Should.Throw<CmsException>(() => SignedMessage.Read(message).Verify(Cloud)).Kind.ShouldBe(CmsProblem.Signature);
    }

    [Fact]
    public void What_another_implementation_signs_is_read_as_well()
    {
        var cms = new SignedCms(new ContentInfo(Document));
        cms.ComputeSignature(new CmsSigner(Cloud) { IncludeOption = X509IncludeOption.None });

        SignedMessage.Read(cms.Encode()).Verify(Cloud).ToArray().ShouldBe(Document);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0xFF00FF00FF00FF)]
    [InlineData(long.MinValue)]
    public void The_signers_certificate_is_found_by_any_serial_number(long serial)
    {
        using X509Certificate2 certificate = SigningCertificates.Create(serial);
        SignedMessage message = SignedMessage.Read(CmsWriter.Sign(Document, certificate));

        message.Names(certificate).ShouldBeTrue();
        message.Verify(certificate).ToArray().ShouldBe(Document);
    }

    [Fact]
    public void A_certificate_with_a_weak_key_is_not_used_even_if_it_is_trusted()
    {
        using X509Certificate2 weak = SigningCertificates.Create(keySize: 1024);

        Should.Throw<CmsException>(() => SignedMessage.Read(CmsWriter.Sign(Document, weak)).Verify(weak)).Kind.ShouldBe(CmsProblem.Algorithm);
    }

    [Fact]
    public void No_changed_byte_is_accepted()
    {
        byte[] genuine = CmsWriter.Sign(Document, Cloud);
        for (int at = 0; at < genuine.Length; at++)
        {
            foreach (byte mask in (ReadOnlySpan<byte>)[0x01, 0x80, 0xFF])
            {
                byte[] changed = [.. genuine];
                changed[at] ^= mask;
                Should.Throw<CmsException>(() => SignedMessage.Read(changed).Verify(Cloud), $"byte {at} changed by {mask:x2}");
            }
        }
    }
}
