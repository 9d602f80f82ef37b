using System.Security.Cryptography.X509Certificates;

namespace Onboarding.SidecarProbe.Istiod;

/// <summary>When a certificate is renewed: half way through its life, give or take one hundredth, so that a fleet doesn't do it at once.</summary>
internal static class RenewalSchedule
{
    private const double Share = 0.5;
    private const double Jitter = 0.01;

    /// <param name="certificate">The certificate.</param>
    /// <param name="random">In [0, 1).</param>
    public static DateTimeOffset RenewAt(X509Certificate2 certificate, double random)
    {
        DateTimeOffset start = certificate.NotBefore;
        TimeSpan life = certificate.NotAfter - certificate.NotBefore;
        return start + (life * (Share - Jitter + (2 * Jitter * random)));
    }
}
