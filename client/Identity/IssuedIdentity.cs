using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Api.Identity;
using Onboarding.Client.Credentials.Files;
using Onboarding.Connections;

namespace Onboarding.Client.Identity;

/// <summary>Looks at what istiod issued before a program on this machine is given it.</summary>
internal static class IssuedIdentity
{
    /// <summary>Makes the identity of it.</summary>
    /// <param name="chain">istiod's answer, PEM: the certificate, those between, the roots last.</param>
    /// <param name="key">The key that the certificate was requested for.</param>
    /// <param name="spiffeId">Who the plane says that this machine is.</param>
    /// <param name="istiod">What the boot configuration says.</param>
    /// <exception cref="MeshIdentityException">It isn't what was asked for.</exception>
    public static MeshSvid Read(IReadOnlyList<string> chain, ECDsa key, string spiffeId, IstiodSettings istiod)
    {
        // pilot-agent refuses an answer without roots, too.
        Require(chain.Count >= 2, $"istiod answered with {chain.Count} certificate(s), not with a chain and its roots");
        using var issued = new LoadedCertificates([.. chain.SkipLast(1).SelectMany(pem => PemCertificates.Read(pem).Certificates)]);
        using var roots = new LoadedCertificates(PemCertificates.Read(chain[^1]).Certificates);
        Require(issued.All.Count > 0 && roots.All.Count > 0, "istiod's answer has no certificate that can be read");
        X509Certificate2 leaf = issued.All[0];
        Require(
            leaf.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo()), "istiod's certificate is for another key");
        // Attack: an authority that was talked into another identity. Programs here would be that one.
        IReadOnlyList<string> names = AlternativeNames.FromCertificate(leaf).Uris;
        Require(names is [string name] && name == spiffeId, $"istiod's certificate is for '{string.Join("', '", names)}', and this machine is {spiffeId}");
        X509Certificate2[] bundle = [.. roots.All.Concat(istiod.Roots).DistinctBy(c => c.Thumbprint)];
        Require(IsChain(issued.All, bundle), "istiod's certificate doesn't lead to its roots");
        TimeSpan life = leaf.NotAfter - leaf.NotBefore;
        return new MeshSvid(
            spiffeId, [.. issued.All.Select(c => c.RawData)], key.ExportPkcs8PrivateKey(), [.. bundle.Select(c => c.RawData)], istiod.RevocationLists)
        {
            Version = leaf.SerialNumber,
            // It begins before it was issued, for clocks that are behind.
            Lifetime = life < istiod.Lifetime ? life : istiod.Lifetime,
            NotAfter = leaf.NotAfter,
        };
    }

    // By the certificate's own time: a machine whose clock is wrong is told so by its programs' peers, and has an identity once it is right.
    private static bool IsChain(X509Certificate2Collection issued, X509Certificate2[] roots)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.ExtraStore.AddRange(issued);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        chain.ChainPolicy.VerificationTime = issued[0].NotBefore;
        // A root may be younger than the certificate's backdated begin.
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        bool isChain = chain.Build(issued[0]);
        foreach (X509ChainElement element in chain.ChainElements)
        {
            element.Certificate.Dispose();
        }

        return isChain;
    }

    private static void Require(bool condition, string why)
    {
        if (!condition)
        {
            throw new MeshIdentityException(why);
        }
    }
}
