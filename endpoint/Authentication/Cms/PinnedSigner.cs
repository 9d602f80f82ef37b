using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Onboarding.Endpoint.Authentication.Cms;

/// <summary>
/// What checking signatures needs of a certificate. Getting it out of the certificate takes ten times as long as using it, so it is
/// kept for as long as the certificate is; of keys there is one for each thread that needs one at a time.
/// </summary>
internal sealed class PinnedSigner
{
    private const int SmallestKey = 2048;
    private const int LargestKey = 4096;

    private static readonly ConditionalWeakTable<X509Certificate2, PinnedSigner> All = [];

    private readonly ConcurrentBag<RSA> _keys = [];
    private readonly Func<RSA?> _newKey;
    private readonly byte[] _issuer;
    private readonly byte[] _serialNumber;
    private readonly byte[] _encoded;

    // Not the certificate itself: it would keep itself alive.
    private PinnedSigner(X509Certificate2 certificate)
    {
        _issuer = certificate.IssuerName.RawData;
        _serialNumber = certificate.SerialNumberBytes.ToArray();
        _encoded = certificate.RawData;
        byte[] publicKey = certificate.GetPublicKey();
        bool isRsa = certificate.GetKeyAlgorithm() == "1.2.840.113549.1.1.1";
        _newKey = () => isRsa ? Import(publicKey) : null;
    }

    /// <summary>That of a certificate.</summary>
    public static PinnedSigner ForCertificate(X509Certificate2 certificate) => All.GetValue(certificate, static c => new PinnedSigner(c));

    /// <summary>True if a message's signer is named as this certificate is.</summary>
    public bool IsNamed(ReadOnlySpan<byte> issuer, ReadOnlySpan<byte> serialNumber) =>
        serialNumber.SequenceEqual(_serialNumber) && issuer.SequenceEqual(_issuer);

    /// <summary>True if these are the certificate's bytes.</summary>
    public bool Is(ReadOnlySpan<byte> encoded) => encoded.SequenceEqual(_encoded);

    /// <summary>True if the certificate's key made this signature: RSA, PKCS #1 version 1.5, SHA-256.</summary>
    /// <exception cref="CmsException">The certificate has no key that is accepted.</exception>
    public bool Verify(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        RSA? key = null;
        try
        {
            if (!_keys.TryTake(out key))
            {
                key = Take();
            }

            return key.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        catch (CryptographicException e)
        {
            throw new CmsException("its signature can't be checked", CmsProblem.Signature, e);
        }
        finally
        {
            if (key is not null)
            {
                _keys.Add(key);
            }
        }
    }

    // Before any cryptography: a huge key is an attack on the processor (SPIRE 1.14.2), a small one on the signature.
    private RSA Take()
    {
        RSA? key = _newKey();
        if (key is not null && key.KeySize is >= SmallestKey and <= LargestKey)
        {
            return key;
        }

        key?.Dispose();
        throw new CmsException($"the trusted certificate doesn't have an RSA key of {SmallestKey} to {LargestKey} bits", CmsProblem.Algorithm);
    }

    private static RSA Import(byte[] publicKey)
    {
        RSA key = RSA.Create();
        key.ImportRSAPublicKey(publicKey, out _);
        return key;
    }
}
