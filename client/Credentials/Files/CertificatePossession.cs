using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Api.Rpc;

namespace Onboarding.Client.Credentials.Files;

/// <summary>A proof of possession with certificate and key from files.</summary>
internal static class CertificatePossession
{
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
        string certificateField = $"{section}.certificateFile";
        string key = CredentialFile.ReadSecret(keyFile, keyField);
        using var certificates = new LoadedCertificates(ReadCertificates(certificateFile, certificateField));
        try
        {
            return CertificateProof.Make(certificates.All, key, request);
        }
        catch (CertificateProofException e)
        {
            throw e.Fault switch
            {
                CertificateFault.Certificate => CredentialFile.Unusable(
                    certificateFile, certificateField, e.Message, $"openssl x509 -in {certificateFile} -noout -text", e),
                CertificateFault.Pair => CredentialFile.Unusable(
                    keyFile, keyField, e.Message, "compare: openssl x509 -pubkey -noout, openssl pkey -pubout", e),
                _ => CredentialFile.Unusable(keyFile, keyField, e.Message, $"openssl pkey -in {keyFile} -noout", e),
            };
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
}
