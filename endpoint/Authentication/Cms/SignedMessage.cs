using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace Onboarding.Endpoint.Authentication.Cms;

/// <summary>
/// A document inside a CMS signed message (PKCS #7), the form in which clouds attest to their machines. Reading it verifies nothing;
/// <see cref="Verify"/> does, against a certificate that the caller already trusts.
/// </summary>
internal sealed class SignedMessage
{
    private const int SmallestKey = 2048;
    private const int LargestKey = 4096;

    private readonly ReadOnlyMemory<byte> _encoded;
    private readonly CmsParts _parts;

    private SignedMessage(ReadOnlyMemory<byte> encoded, CmsParts parts)
    {
        _encoded = encoded;
        _parts = parts;
    }

    /// <summary>The document as anybody may have written it: of use for choosing a certificate to verify it with, and for nothing else.</summary>
    public ReadOnlyMemory<byte> UnverifiedContent => _parts.Content;

    /// <summary>Certificates that came along, DER: anybody's. A caller may take one for a candidate and check it up to a pinned root.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> UnverifiedCertificates => _parts.Certificates;

    /// <summary>Reads a message.</summary>
    /// <param name="encoded">BER or DER, at most <see cref="CmsShape.Largest"/> bytes.</param>
    /// <exception cref="CmsException">It is none, or not of the one shape that is accepted.</exception>
    public static SignedMessage Read(ReadOnlyMemory<byte> encoded) => new(encoded, CmsParser.Parse(encoded));

    /// <summary>True if the message says that it was signed with this certificate's key. Anybody can say so.</summary>
    public bool Names(X509Certificate2 certificate) =>
        certificate.IssuerName.RawData.AsSpan().SequenceEqual(_parts.Issuer.Span)
        && certificate.SerialNumberBytes.Span.SequenceEqual(_parts.SerialNumber.Span);

    /// <summary>Verifies the signature with this very certificate.</summary>
    /// <param name="signer">A certificate that is trusted: pinned, or checked up to a pinned root. Its dates are the caller's business.</param>
    /// <param name="companions">Other certificates that the message may bring along.</param>
    /// <returns>The document, exactly the bytes that the signature covers.</returns>
    /// <exception cref="CmsException">The certificate didn't sign it.</exception>
    public ReadOnlyMemory<byte> Verify(X509Certificate2 signer, params IReadOnlyList<X509Certificate2> companions)
    {
        if (!Names(signer))
        {
            throw new CmsException("it names another certificate than the trusted one as its signer's", CmsProblem.Signature);
        }

        // .NET prefers a certificate that comes with the message over the one it is given: with one of the same issuer and serial
        // number, made by the attacker, a forged document verifies. So none that isn't known byte for byte may come along...
        foreach (ReadOnlyMemory<byte> certificate in _parts.Certificates)
        {
            if (!IsKnown(certificate.Span, signer, companions))
            {
                throw new CmsException("it brings along a certificate that isn't the trusted one", CmsProblem.Signature);
            }
        }

        CheckKey(signer);
        try
        {
            var cms = new SignedCms();
            cms.Decode(_encoded.Span);

            // ...and none is left in the message when its signature is checked.
            while (cms.Certificates.Count > 0)
            {
                cms.RemoveCertificate(cms.Certificates[0]);
            }

            cms.CheckSignature([signer], verifySignatureOnly: true);
            byte[] content = cms.ContentInfo.Content;
            return content.AsSpan().SequenceEqual(_parts.Content.Span) && cms.SignerInfos.Count == 1
                ? content
                : throw new CmsException("two readers find different documents in it");
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException)
        {
            throw new CmsException("its signature wasn't made by the trusted certificate", CmsProblem.Signature, e);
        }
    }

    private static bool IsKnown(ReadOnlySpan<byte> certificate, X509Certificate2 signer, IReadOnlyList<X509Certificate2> companions)
    {
        if (certificate.SequenceEqual(signer.RawData))
        {
            return true;
        }

        foreach (X509Certificate2 companion in companions)
        {
            if (certificate.SequenceEqual(companion.RawData))
            {
                return true;
            }
        }

        return false;
    }

    // Before any cryptography: a huge key is an attack on the processor (SPIRE 1.14.2), a small one on the signature.
    private static void CheckKey(X509Certificate2 signer)
    {
        using RSA? key = signer.GetRSAPublicKey();
        if (key is null || key.KeySize is < SmallestKey or > LargestKey)
        {
            throw new CmsException($"the trusted certificate doesn't have an RSA key of {SmallestKey} to {LargestKey} bits", CmsProblem.Algorithm);
        }
    }
}
