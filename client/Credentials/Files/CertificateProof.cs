using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Onboarding.Api.Proofs;
using Onboarding.Api.Rpc;

namespace Onboarding.Client.Credentials.Files;

/// <summary>Proves that this machine has a certificate's key. The key stays where it is; what is sent is a signature made for this call.</summary>
internal static class CertificateProof
{
    private const int NonceLength = 32;
    private const int MostCertificates = 5;
    private const string Rsa = "1.2.840.113549.1.1.1";
    private const string EllipticCurve = "1.2.840.10045.2.1";

    /// <summary>Makes the proof.</summary>
    /// <param name="certificates">The certificate, then those above it.</param>
    /// <param name="key">Its key, PEM, not encrypted.</param>
    /// <param name="request">What the proof is for.</param>
    /// <returns>The proof, and when the certificate expires.</returns>
    /// <exception cref="CertificateProofException">Certificate and key can't be used, or aren't each other's.</exception>
    public static (X509Possession Possession, DateTimeOffset ExpiresAt) Make(
        X509Certificate2Collection certificates, string key, CredentialRequest request)
    {
        X509Certificate2 leaf = certificates[0];
        CheckKind(leaf);
        var possession = new X509Possession { Nonce = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(NonceLength)) };
        possession.Certificates.AddRange(certificates.Take(MostCertificates).Select(c => ByteString.CopyFrom(c.RawData)));
        byte[] statement = Statements.Possession(
            request.Challenge.Span, possession.Nonce.Span, leaf.RawData, request.Audience, request.Key.Thumbprint);
        possession.Signature = ByteString.CopyFrom(Sign(leaf, key, statement));
        return (possession, leaf.NotAfter.ToUniversalTime());
    }

    // Planes refuse others; said here, it needs no operator to find out why.
    private static void CheckKind(X509Certificate2 leaf)
    {
        string algorithm = leaf.GetKeyAlgorithm();
        if (algorithm is not (Rsa or EllipticCurve))
        {
            throw new CertificateProofException(
                CertificateFault.Certificate, $"its key is of a kind that planes don't take ({CertificateKeyNames.ForAlgorithm(algorithm)}); have it issued for an RSA or EC key (P-256)", null);
        }
    }

    private static byte[] Sign(X509Certificate2 leaf, string pem, byte[] statement)
    {
        try
        {
            using RSA? rsaOfCertificate = leaf.GetRSAPublicKey();
            if (rsaOfCertificate is not null)
            {
                using RSA rsa = RSA.Create();
                rsa.ImportFromPem(pem);
                CheckPair(rsa.ExportSubjectPublicKeyInfo(), rsaOfCertificate.ExportSubjectPublicKeyInfo());
                return rsa.SignData(statement, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
            }

            using ECDsa? ecOfCertificate = leaf.GetECDsaPublicKey();
            using ECDsa ec = ECDsa.Create();
            ec.ImportFromPem(pem);
            CheckPair(ec.ExportSubjectPublicKeyInfo(), ecOfCertificate?.ExportSubjectPublicKeyInfo() ?? []);
            return ec.SignData(statement, HashAlgorithmName.SHA256);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or PlatformNotSupportedException)
        {
            throw new CertificateProofException(
                CertificateFault.Key, "it isn't a private key (PEM, RSA or EC, not encrypted) of the certificate's kind", e);
        }
    }

    private static void CheckPair(ReadOnlySpan<byte> key, ReadOnlySpan<byte> certificate)
    {
        if (!key.SequenceEqual(certificate))
        {
            throw new CertificateProofException(CertificateFault.Pair, "it isn't the certificate's key", null);
        }
    }
}

/// <summary>Why there is no proof of possession.</summary>
internal enum CertificateFault
{
    /// <summary>The certificate can't be used for one.</summary>
    Certificate,

    /// <summary>The key can't be read, or is of another kind than the certificate's.</summary>
    Key,

    /// <summary>The key is another certificate's.</summary>
    Pair,
}

/// <summary>Certificate and key can't prove anything; anyone who knows where they came from says so to people.</summary>
internal sealed class CertificateProofException(CertificateFault fault, string why, Exception? inner) : Exception(why, inner)
{
    public CertificateFault Fault { get; } = fault;
}
