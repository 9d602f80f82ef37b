using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Connections;

namespace Onboarding.Kubernetes;

/// <summary>Reads certificates and keys; what goes wrong is told without showing what was read.</summary>
internal static class Pem
{
    public static X509Certificate2Collection ReadCertificates(string file, string what) =>
        ParseCertificates(ReadFile(file, what), $"{what} ({file})");

    public static X509Certificate2Collection ParseCertificates(string pem, string what)
    {
        PemCertificates read = PemCertificates.Read(pem);
        return read.Certificates.Count > 0 ? read.Certificates
            : read.Skipped > 0 || read.IsCut
                ? throw new KubeConfigException($"{what} holds something that isn't a certificate. Check it with: openssl x509 -noout -text")
            : throw new KubeConfigException($"{what} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----).");
    }

    public static X509Certificate2 ParsePair(string certificatePem, string keyPem, string what)
    {
        try
        {
            X509Certificate2 pair = X509Certificate2.CreateFromPem(certificatePem, keyPem);
            if (!OperatingSystem.IsWindows())
            {
                return pair;
            }

            // Windows' TLS can't use a key that lives in memory only.
            using (pair)
            {
                return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
            }
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new KubeConfigException($"{what} isn't a certificate and its unencrypted private key, both in PEM form.");
        }
    }

    public static string ReadFile(string file, string what)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KubeConfigException($"Can't read {what}: {e.Message}", e);
        }
    }
}
