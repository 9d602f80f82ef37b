using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Onboarding.Client.BootConfiguration;

/// <summary>The certificates of root-cert.pem, each as one line that a person can compare.</summary>
internal static class RootCertificateLines
{
    public static ShownLine[] Parse(string text)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(text);
            return [.. certificates.Select(Describe).Order(StringComparer.Ordinal).Select(line => new ShownLine(line, line))];
        }
        catch (CryptographicException)
        {
            string hash = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
            string line = $"no certificates that can be read, sha256 {hash}";
            return [new ShownLine(line, line)];
        }
        finally
        {
            foreach (X509Certificate2 certificate in certificates)
            {
                certificate.Dispose();
            }
        }
    }

    private static string Describe(X509Certificate2 certificate) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(certificate.Subject.Length > 0 ? certificate.Subject : "(no subject)")}, sha256 {certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant()}, until {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd'T'HH:mm:ss'Z'}");
}
