using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Api.Identity;
using Onboarding.SidecarProbe.Boot;
using Onboarding.SidecarProbe.Boot.Checks;

namespace Onboarding.SidecarProbe.Istiod;

/// <summary>Whether what istiod issued is what a sidecar needs.</summary>
internal static class IssuedCertificate
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>The leaf, after everything about it was found right.</summary>
    /// <exception cref="BootProblemException">Something isn't; names the value of the boot configuration it contradicts, if one.</exception>
    public static X509Certificate2 Check(
        IReadOnlyList<string> chain, byte[] publicKey, SidecarIdentity sidecar, TimeSpan requested, DateTimeOffset now)
    {
        Require(chain.Count >= 2, "certificate chain", $"istiod answered with {chain.Count} certificates, not with at least leaf and root");
        X509Certificate2 leaf = X509Certificate2.CreateFromPem(chain[0]);
        Require(
            leaf.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(publicKey),
            "certificate key",
            "the certificate is for another key");
        CheckChain(leaf, chain, sidecar.Boot, now);
        CheckNames(leaf, sidecar.SpiffeId);
        CheckUse(leaf);
        DateTimeOffset start = leaf.NotBefore;
        DateTimeOffset end = leaf.NotAfter;
        Require(
            start <= now && start >= now - Tolerance,
            "certificate validity",
            $"the certificate starts at {start:u}, the clock here says {now:u}");
        Require(
            end > now && end <= now + requested + Tolerance,
            "certificate validity",
            $"the certificate ends at {end:u}, {requested} were asked for");
        return leaf;
    }

    private static void CheckChain(X509Certificate2 leaf, IReadOnlyList<string> pem, BootContents boot, DateTimeOffset now)
    {
        X509Certificate2Collection last = RootCertificates.Read(pem[^1]);
        X509Certificate2Collection trusted = RootCertificates.Read(boot.RootCertificates);
        if (last.Count == 0 || last.Any(c => !trusted.Any(t => t.RawDataMemory.Span.SequenceEqual(c.RawDataMemory.Span))))
        {
            throw new BootProblemException(new BootProblem(
                "issued-certificate", BootFileNames.RootCertificate, BootFileNames.RootCertificate, "istiod's root is not in it"));
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(last);
        foreach (string intermediate in pem.Skip(1).SkipLast(1))
        {
            chain.ChainPolicy.ExtraStore.ImportFromPem(intermediate);
        }

        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        Require(chain.Build(leaf), "certificate chain", "the certificate doesn't lead to istiod's root");
    }

    private static void CheckNames(X509Certificate2 leaf, SpiffeId expected)
    {
        AlternativeNames names = AlternativeNames.FromCertificate(leaf);
        Require(
            names is { Count: 1, Critical: true },
            "certificate name",
            "the certificate has not exactly one, critical, alternative name");
        string got = names.Uris is [string uri] ? uri : "no URI";
        if (got == expected.ToString())
        {
            return;
        }

        // Say which of the three variables the identity contradicts.
        string wrong = !SpiffeId.TryParse(got, out SpiffeId? id) ? "certificate name"
            : id.TrustDomain != expected.TrustDomain ? "TRUST_DOMAIN"
            : id.Namespace != expected.Namespace ? "POD_NAMESPACE"
            : "SERVICE_ACCOUNT";
        throw new BootProblemException(new BootProblem(
            "issued-certificate", BootFileNames.ClusterEnv, wrong, $"istiod issued {got}, the boot configuration says {expected}"));
    }

    private static void CheckUse(X509Certificate2 leaf)
    {
        string?[] uses =
        [
            .. leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>()
                .SelectMany(e => e.EnhancedKeyUsages.Cast<Oid>())
                .Select(o => o.Value),
        ];
        Require(
            uses.Contains(ServerAuthentication) && uses.Contains(ClientAuthentication),
            "certificate use",
            "the certificate isn't for both servers and clients");
        Require(
            !leaf.Extensions.OfType<X509BasicConstraintsExtension>().Any(e => e.CertificateAuthority),
            "certificate use",
            "the certificate is an authority's");
    }

    private static void Require(bool condition, string value, string message)
    {
        if (!condition)
        {
            throw new BootProblemException(new BootProblem("issued-certificate", "istiod", value, message));
        }
    }
}
