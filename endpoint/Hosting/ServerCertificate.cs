using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Plane.Hosting;

namespace Onboarding.Endpoint.Hosting;

/// <summary>The certificate that agents see: from files, or made for this machine.</summary>
internal sealed record ServerCertificate(X509Certificate2 Certificate, X509Certificate2Collection Chain) : IDisposable
{
    /// <summary>Loads certificate and key.</summary>
    /// <exception cref="StartException">They can't be used.</exception>
    public static ServerCertificate Load(string certificateFile, string keyFile)
    {
        try
        {
            using X509Certificate2 pair = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(certificateFile);
            return new ServerCertificate(Usable(pair), chain);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new StartException(
                $"The server certificate can't be loaded from {certificateFile} and {keyFile}: {e.Message} "
                + $"Check them with: openssl x509 -in {certificateFile} -noout -subject -enddate", e);
        }
    }

    public void Dispose() => Certificate.Dispose();

    /// <summary>A certificate with its key as TLS can use it: SslStream on Windows can't use the ephemeral key of one that was made in memory.</summary>
    public static X509Certificate2 Usable(X509Certificate2 pair) =>
        X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
}
