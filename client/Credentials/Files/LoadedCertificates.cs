using System.Security.Cryptography.X509Certificates;

namespace Onboarding.Client.Credentials.Files;

/// <summary>Certificates that are let go of together.</summary>
internal sealed class LoadedCertificates(X509Certificate2Collection all) : IDisposable
{
    public X509Certificate2Collection All => all;

    public void Dispose()
    {
        foreach (X509Certificate2 certificate in all)
        {
            certificate.Dispose();
        }
    }
}
