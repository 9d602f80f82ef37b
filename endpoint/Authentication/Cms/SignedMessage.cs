using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Onboarding.Endpoint.Authentication.Cms;

/// <summary>
/// A document inside a CMS signed message (PKCS #7), the form in which clouds attest to their machines. Reading it verifies nothing;
/// <see cref="Verify"/> does, against a certificate that the caller already trusts.
/// </summary>
internal sealed class SignedMessage
{
    private readonly CmsParts _parts;

    private SignedMessage(CmsParts parts) => _parts = parts;

    /// <summary>The document as anybody may have written it: useful for choosing a certificate to verify it with, and for nothing else.</summary>
    public ReadOnlyMemory<byte> UnverifiedContent => _parts.Content;

    /// <summary>Certificates that came along, DER: anybody's. A caller may take one for a candidate and check it up to a pinned root.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> UnverifiedCertificates => _parts.Certificates;

    /// <summary>Reads a message.</summary>
    /// <param name="encoded">BER or DER, at most <see cref="CmsShape.Largest"/> bytes.</param>
    /// <exception cref="CmsException">It is none, or not of the one shape that is accepted.</exception>
    public static SignedMessage Read(ReadOnlyMemory<byte> encoded) => new(CmsParser.Parse(encoded));

    /// <summary>True if the message says that it was signed with this certificate's key. Anybody can say so.</summary>
    public bool Names(X509Certificate2 certificate) => PinnedSigner.ForCertificate(certificate).IsNamed(_parts.Issuer.Span, _parts.SerialNumber.Span);

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

        // A certificate of the same issuer and serial number, made by the attacker, is what a forged document comes with, and .NET's own
        // SignedCms prefers it over the one it is given. None that isn't known byte for byte may come along...
        foreach (ReadOnlyMemory<byte> certificate in _parts.Certificates)
        {
            if (!IsKnown(certificate.Span, signer, companions))
            {
                throw new CmsException("it brings along a certificate that isn't the trusted one", CmsProblem.Signature);
            }
        }

        // ...and none is looked at here: the signature is checked with the trusted certificate's key and with no other.
        if (!PinnedSigner.ForCertificate(signer).Verify(SignedBytes(), _parts.Signature.Span))
        {
            throw new CmsException("its signature wasn't made by the trusted certificate", CmsProblem.Signature);
        }

        return _parts.Content;
    }

    /// <summary>What the signature must cover: the content, or attributes that have the content's digest in them.</summary>
    private ReadOnlySpan<byte> SignedBytes()
    {
        if (_parts.Attributes is not { } attributes)
        {
            return _parts.Content.Span;
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_parts.Content.Span, digest);
        return digest.SequenceEqual(attributes.MessageDigest.Span)
            ? attributes.Encoded.Span
            : throw new CmsException("its document isn't the one that was signed", CmsProblem.Signature);
    }

    private static bool IsKnown(ReadOnlySpan<byte> certificate, X509Certificate2 signer, IReadOnlyList<X509Certificate2> companions)
    {
        if (PinnedSigner.ForCertificate(signer).Is(certificate))
        {
            return true;
        }

        foreach (X509Certificate2 companion in companions)
        {
            if (PinnedSigner.ForCertificate(companion).Is(certificate))
            {
                return true;
            }
        }

        return false;
    }
}
