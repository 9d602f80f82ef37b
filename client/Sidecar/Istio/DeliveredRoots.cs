using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Onboarding.Client.Sidecar.Istio;

/// <summary>The roots that the plane delivered with a boot configuration: what istiod's certificates are held to.</summary>
internal static class DeliveredRoots
{
    /// <summary>
    /// True if one of the roots signed the certificate, or signed who signed it. By signature, not by name: Istio's CA keeps its name when
    /// its key is replaced. The time isn't looked at: an expired certificate is no sign of another mesh.
    /// </summary>
    /// <param name="rootsFile">The delivered <c>root-cert.pem</c>.</param>
    /// <param name="chain">The certificate, and those that came with it.</param>
    /// <returns>Also true if there is no root that could be read: then nothing is known against the certificate.</returns>
    public static bool Vouch(string rootsFile, X509Certificate2Collection chain)
    {
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPemFile(rootsFile);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return true;
        }

        // One root at a time: of two with one name the wrong one might be tried, and the chain be refused.
        return roots.Count == 0 || roots.Any(root => Vouches(root, chain));
    }

    private static bool Vouches(X509Certificate2 root, X509Certificate2Collection chain)
    {
        using var build = new X509Chain();
        build.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        build.ChainPolicy.CustomTrustStore.Add(root);
        build.ChainPolicy.ExtraStore.AddRange(chain);
        build.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        build.ChainPolicy.DisableCertificateDownloads = true;
        build.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        return build.Build(chain[0]);
    }
}
