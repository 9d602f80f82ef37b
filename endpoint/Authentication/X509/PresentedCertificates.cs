using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Api;
using Onboarding.Api.Proofs;
using Onboarding.Api.Rpc;
using Onboarding.Endpoint.Authentication.Jwt;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Authentication.X509;

/// <summary>
/// A certificate and those above it, as someone presents them. What they may cost is limited before anything is computed with
/// them: huge keys and chains were an attack on the processor in SPIRE 1.14.2.
/// </summary>
internal sealed class PresentedCertificates : IDisposable
{
    private const int Most = 5;
    private const int LargestCertificate = 8 * 1024;
    private const int ShortestRsa = 2048;
    private const int LongestRsa = 4096;
    private const int LongestExponent = 64;
    private const string Rsa = "1.2.840.113549.1.1.1";
    private const string EllipticCurve = "1.2.840.10045.2.1";

    // Named: a curve that a certificate spells out may have a generator of its sender's choice (CVE-2020-0601).
    private static readonly IReadOnlyList<byte[]> Curves = [Encode("1.2.840.10045.3.1.7"), Encode("1.3.132.0.34"), Encode("1.3.132.0.35")];

    private PresentedCertificates(X509Certificate2 leaf, X509Certificate2Collection above)
    {
        Leaf = leaf;
        Above = above;
    }

    /// <summary>The one whose key the caller says it has.</summary>
    public X509Certificate2 Leaf { get; }

    /// <summary>Certificates that may help to find a chain. Trusted for nothing.</summary>
    public X509Certificate2Collection Above { get; }

    /// <summary>Reads the certificates of a proof of possession.</summary>
    /// <exception cref="RefusedException">They can't be read, or are too many, too large or of keys that aren't accepted.</exception>
    public static PresentedCertificates Read(X509Possession? possession)
    {
        if (possession is not { Certificates.Count: > 0 and <= Most })
        {
            throw TokenChecks.Malformed($"it needs 1 to {Most} certificates, the workload's own first");
        }

        var read = new X509Certificate2Collection();
        try
        {
            foreach (Google.Protobuf.ByteString certificate in possession.Certificates)
            {
                read.Add(Load(certificate.Span));
            }

            foreach (X509Certificate2 certificate in read)
            {
                CheckKey(certificate);
            }

            return new PresentedCertificates(read[0], [.. read.Skip(1)]);
        }
        catch
        {
            Dispose(read);
            throw;
        }
    }

    public void Dispose()
    {
        Leaf.Dispose();
        Dispose(Above);
    }

    /// <summary>A certificate in DER, and nothing after it.</summary>
    /// <exception cref="RefusedException">It isn't one.</exception>
    public static X509Certificate2 Load(ReadOnlySpan<byte> encoded)
    {
        if (encoded.Length is 0 or > LargestCertificate)
        {
            throw TokenChecks.Malformed($"a certificate has 1 to {LargestCertificate} bytes");
        }

        try
        {
            // The loader would take PEM as well, and ignore what follows: one certificate, one encoding.
            AsnDecoder.ReadSequence(encoded, AsnEncodingRules.DER, out _, out _, out int used);
            return used == encoded.Length
                ? Decode(X509CertificateLoader.LoadCertificate(encoded))
                : throw TokenChecks.Malformed("something follows a certificate");
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException)
        {
            throw TokenChecks.Malformed("a certificate in it isn't one (X.509, DER)");
        }
    }

    /// <summary>Refuses keys that are too weak, or that cost too much to compute with.</summary>
    public static void CheckKey(X509Certificate2 certificate)
    {
        try
        {
            bool isGood = certificate.GetKeyAlgorithm() switch
            {
                Rsa => HasGoodRsaKey(certificate),
                EllipticCurve => HasNamedCurve(certificate),
                _ => false,
            };
            if (isGood)
            {
                return;
            }
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException)
        {
            // A key that can't be read is one that isn't accepted.
        }

        string algorithm = certificate.GetKeyAlgorithm();
        string instead = algorithm is Rsa or EllipticCurve ? "" : $" This one's is {CertificateKeyNames.ForAlgorithm(algorithm)}, which the plane can't verify.";
        throw Refuse.Unauthenticated(
            Reasons.CredentialUsage, $"The key of a certificate must be RSA of {ShortestRsa} to {LongestRsa} bits, or EC on P-256, P-384 or P-521.{instead}");
    }

    // By its bytes (RFC 8017, A.1.1): to make a key of them, only to be told how long it is, takes five times as long as to verify with it.
    // An exponent is small, too: a long one is another way to make verifying expensive.
    private static bool HasGoodRsaKey(X509Certificate2 certificate)
    {
        var encoded = new AsnReader(certificate.GetPublicKey(), AsnEncodingRules.DER);
        AsnReader key = encoded.ReadSequence();
        BigInteger modulus = key.ReadInteger();
        BigInteger exponent = key.ReadInteger();
        return !key.HasData && !encoded.HasData
            && modulus.Sign > 0 && !modulus.IsEven && modulus.GetBitLength() is >= ShortestRsa and <= LongestRsa
            && exponent > 1 && !exponent.IsEven && exponent.GetBitLength() <= LongestExponent;
    }

    private static bool HasNamedCurve(X509Certificate2 certificate)
    {
        byte[]? parameters = certificate.GetKeyAlgorithmParameters();
        return parameters is not null && Curves.Any(curve => curve.AsSpan().SequenceEqual(parameters));
    }

    private static byte[] Encode(string curve)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteObjectIdentifier(curve);
        return writer.Encode();
    }

    // .NET reads dates and extensions when they are first asked for, and throws then: anywhere. So it is asked here.
    private static X509Certificate2 Decode(X509Certificate2 certificate)
    {
        try
        {
            bool isDecoded = certificate.NotBefore <= certificate.NotAfter;
            foreach (X509Extension extension in certificate.Extensions)
            {
                isDecoded &= extension switch
                {
                    X509BasicConstraintsExtension e => e.CertificateAuthority || true,
                    X509KeyUsageExtension e => e.KeyUsages >= X509KeyUsageFlags.None,
                    X509EnhancedKeyUsageExtension e => e.EnhancedKeyUsages.Count >= 0,
                    _ => true,
                };
            }

            return isDecoded ? certificate : throw new CryptographicException("It ends before it begins.");
        }
        catch
        {
            certificate.Dispose();
            throw;
        }
    }

    private static void Dispose(X509Certificate2Collection certificates)
    {
        foreach (X509Certificate2 certificate in certificates)
        {
            certificate.Dispose();
        }
    }
}
