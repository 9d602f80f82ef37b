using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Onboarding.Api.Install;

/// <summary>Rules for certificates in a configuration.</summary>
internal static class PemRules
{
    /// <summary>At least one certificate, and all of them of authorities.</summary>
    public static string? CheckAuthorities(string pem)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
            if (certificates.Count == 0)
            {
                return "must be one or more certificates in PEM";
            }

            // A leaf among the roots would vouch for whatever its holder signs (Vault CVE-2024-2048).
            X509Certificate2? leaf = certificates.FirstOrDefault(c => !IsAuthority(c));
            return leaf is null ? null : $"must be certificates of authorities: {leaf.Subject} isn't one (basic constraints: CA)";
        }
        catch (CryptographicException)
        {
            return "must be certificates in PEM";
        }
        finally
        {
            foreach (X509Certificate2 certificate in certificates)
            {
                certificate.Dispose();
            }
        }
    }

    /// <summary>Subjects of certificates; nothing where they can't be read.</summary>
    public static IReadOnlyList<string> SubjectsOf(string pem)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
            return [.. certificates.Select(c => c.Subject).Distinct(StringComparer.Ordinal)];
        }
        catch (CryptographicException)
        {
            return [];
        }
        finally
        {
            foreach (X509Certificate2 certificate in certificates)
            {
                certificate.Dispose();
            }
        }
    }

    private static bool IsAuthority(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(e => e.CertificateAuthority);
}
