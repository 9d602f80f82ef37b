using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Onboarding.SidecarProbe.Boot.Checks;

/// <summary>There are certificates to trust, they are authorities', and valid.</summary>
internal sealed class RootCertificates : IBootCheck
{
    public static X509Certificate2Collection Read(string pem)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(pem);
        return certificates;
    }

    public IEnumerable<BootProblem> Check(BootContents boot)
    {
        X509Certificate2Collection? certificates = TryRead(boot.RootCertificates);
        if (certificates is null or { Count: 0 })
        {
            yield return Problem("holds no PEM certificate that can be read");
            yield break;
        }

        foreach (X509Certificate2 certificate in certificates)
        {
            if (!certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(e => e.CertificateAuthority))
            {
                yield return Problem($"has '{certificate.Subject}', which is not an authority's certificate");
            }

            if (certificate.NotAfter <= boot.Now || certificate.NotBefore > boot.Now)
            {
                yield return Problem($"has '{certificate.Subject}', valid from {certificate.NotBefore:u} to {certificate.NotAfter:u}");
            }
        }
    }

    private static X509Certificate2Collection? TryRead(string pem)
    {
        try
        {
            return Read(pem);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static BootProblem Problem(string message) =>
        new("root-certificates", BootFileNames.RootCertificate, BootFileNames.RootCertificate, $"{BootFileNames.RootCertificate} {message}");
}
