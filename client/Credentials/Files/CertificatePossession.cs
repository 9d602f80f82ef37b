using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Onboarding.Api.Proofs;
using Onboarding.Api.Rpc;

namespace Onboarding.Client.Credentials.Files;

/// <summary>Proves that this machine has a certificate's key. The key stays where it is; what is sent is a signature made for this call.</summary>
internal static class CertificatePossession
{
    private const int NonceLength = 32;
    private const int MostCertificates = 5;

    /// <summary>Makes the proof.</summary>
    /// <param name="certificateFile">File with the certificate and those above it, PEM, leaf first.</param>
    /// <param name="keyFile">File with the key, PEM.</param>
    /// <param name="section">The AgentConfiguration's section that names them.</param>
    /// <param name="request">What the proof is for.</param>
    /// <returns>The proof, and when the certificate expires.</returns>
    public static (X509Possession Possession, DateTimeOffset ExpiresAt) Make(
        string certificateFile, string keyFile, string section, CredentialRequest request)
    {
        string keyField = $"{section}.keyFile";
        string key = CredentialFile.ReadSecret(keyFile, keyField);
        X509Certificate2Collection certificates = ReadCertificates(certificateFile, $"{section}.certificateFile");
        try
        {
            X509Certificate2 leaf = certificates[0];
            var possession = new X509Possession { Nonce = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(NonceLength)) };
            possession.Certificates.AddRange(certificates.Take(MostCertificates).Select(c => ByteString.CopyFrom(c.RawData)));
            byte[] statement = Statements.Possession(
                request.Challenge.Span, possession.Nonce.Span, leaf.RawData, request.Audience, request.Key.Thumbprint);
            possession.Signature = ByteString.CopyFrom(Sign(leaf, key, statement, keyFile, keyField));
            return (possession, leaf.NotAfter.ToUniversalTime());
        }
        finally
        {
            foreach (X509Certificate2 certificate in certificates)
            {
                certificate.Dispose();
            }
        }
    }

    private static X509Certificate2Collection ReadCertificates(string file, string field)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(CredentialFile.Read(file, field));
            return certificates.Count > 0 ? certificates : throw CredentialFile.Unusable(
                file, field, "there is no certificate in it (PEM)", $"openssl x509 -in {file} -noout -subject");
        }
        catch (CryptographicException e)
        {
            throw CredentialFile.Unusable(file, field, "something in it isn't a certificate (PEM)", $"openssl x509 -in {file} -noout -subject", e);
        }
    }

    private static byte[] Sign(X509Certificate2 leaf, string pem, byte[] statement, string file, string field)
    {
        try
        {
            using RSA? rsaOfCertificate = leaf.GetRSAPublicKey();
            if (rsaOfCertificate is not null)
            {
                using RSA rsa = RSA.Create();
                rsa.ImportFromPem(pem);
                CheckPair(rsa.ExportSubjectPublicKeyInfo(), rsaOfCertificate.ExportSubjectPublicKeyInfo(), file, field);
                return rsa.SignData(statement, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
            }

            using ECDsa? ecOfCertificate = leaf.GetECDsaPublicKey();
            using ECDsa ec = ECDsa.Create();
            ec.ImportFromPem(pem);
            CheckPair(ec.ExportSubjectPublicKeyInfo(), ecOfCertificate?.ExportSubjectPublicKeyInfo() ?? [], file, field);
            return ec.SignData(statement, HashAlgorithmName.SHA256);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or PlatformNotSupportedException)
        {
            throw CredentialFile.Unusable(
                file, field, "it isn't a private key (PEM, RSA or EC, not encrypted) of the certificate's kind", $"openssl pkey -in {file} -noout", e);
        }
    }

    private static void CheckPair(ReadOnlySpan<byte> key, ReadOnlySpan<byte> certificate, string file, string field)
    {
        if (!key.SequenceEqual(certificate))
        {
            throw CredentialFile.Unusable(file, field, "it isn't the certificate's key", "compare: openssl x509 -pubkey -noout, openssl pkey -pubout");
        }
    }
}
