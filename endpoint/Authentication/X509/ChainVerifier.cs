using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Api;
using Onboarding.Endpoint.Refusals;

namespace Onboarding.Endpoint.Authentication.X509;

/// <summary>
/// Finds the chain from a certificate to a pinned root. Only the roots given count, never the machine's; nothing is fetched, as
/// the addresses in a certificate are its sender's choice.
/// </summary>
internal sealed class ChainVerifier(TimeProvider time)
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>Verifies a client's certificate.</summary>
    /// <param name="leaf">The certificate.</param>
    /// <param name="above">Certificates that may be between it and a root.</param>
    /// <param name="roots">The roots, all of authorities.</param>
    /// <param name="what">What the roots are, for the message.</param>
    /// <returns>The chain, leaf first, root last. The caller disposes of it.</returns>
    /// <exception cref="RefusedException">There is no good chain.</exception>
    public X509Certificate2Collection VerifyClient(
        X509Certificate2 leaf, X509Certificate2Collection above, X509Certificate2Collection roots, string what)
    {
        CheckLeaf(leaf);
        return Verify(leaf, above, roots, what, ClientAuthentication);
    }

    /// <summary>Verifies a certificate for whatever it is used for; the caller checks that.</summary>
    /// <inheritdoc cref="VerifyClient"/>
    public X509Certificate2Collection Verify(
        X509Certificate2 leaf, X509Certificate2Collection above, X509Certificate2Collection roots, string what, string? usage = null)
    {
        using var chain = new X509Chain
        {
            ChainPolicy =
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
                VerificationTime = time.GetUtcNow().UtcDateTime,
            },
        };
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.ExtraStore.AddRange(above);
        if (usage is not null)
        {
            chain.ChainPolicy.ApplicationPolicy.Add(new Oid(usage));
        }

        bool isGood = Build(chain, leaf, what);
        // They outlive the chain: reading them again would cost as much as a signature each.
        X509Certificate2Collection found = [.. chain.ChainElements.Select(e => e.Certificate)];
        try
        {
            if (!isGood)
            {
                throw Explain(chain, leaf, what);
            }

            // The trust store decides already; a root that isn't byte for byte one of ours would be its mistake, and ours to refuse.
            if (found.Count < 2 || !roots.Any(r => r.RawDataMemory.Span.SequenceEqual(found[^1].RawDataMemory.Span)))
            {
                throw Untrusted(what, "the chain doesn't end in a configured root");
            }

            return found;
        }
        catch
        {
            foreach (X509Certificate2 certificate in found)
            {
                certificate.Dispose();
            }

            throw;
        }
    }

    private static bool Build(X509Chain chain, X509Certificate2 leaf, string what)
    {
        try
        {
            return chain.Build(leaf);
        }
        catch (CryptographicException e)
        {
            throw Untrusted(what, e.Message);
        }
    }

    private static void CheckLeaf(X509Certificate2 leaf)
    {
        if (leaf.Extensions.OfType<X509BasicConstraintsExtension>().Any(e => e.CertificateAuthority))
        {
            throw Unusable("it is an authority's");
        }

        if (leaf.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault() is not { } usage
            || !usage.KeyUsages.HasFlag(X509KeyUsageFlags.DigitalSignature)
            || usage.KeyUsages.HasFlag(X509KeyUsageFlags.KeyCertSign))
        {
            throw Unusable("its key usage must be digitalSignature, and not keyCertSign");
        }
    }

    private RefusedException Explain(X509Chain chain, X509Certificate2 leaf, string what)
    {
        string detail = string.Join(
            "; ", chain.ChainElements.SelectMany((e, i) => e.ChainElementStatus.Select(s => $"certificate {i + 1}: {s.Status}")));
        DateTimeOffset now = time.GetUtcNow();
        if (chain.ChainStatus.Any(s => s.Status == X509ChainStatusFlags.NotTimeValid))
        {
            return leaf.NotBefore.ToUniversalTime() > now
                ? Refuse.Unauthenticated(
                    Reasons.CredentialNotYetValid, $"The certificate is valid from {leaf.NotBefore.ToUniversalTime():u}; it is {now:u} at the plane.", detail)
                : Refuse.Unauthenticated(
                    Reasons.CredentialExpired,
                    $"The certificate, or one above it, has expired: it is good until {leaf.NotAfter.ToUniversalTime():u}, it is {now:u} at the plane.",
                    detail);
        }

        bool isUsage = chain.ChainElements.Count > 0
            && chain.ChainElements[0].ChainElementStatus.Any(s => s.Status == X509ChainStatusFlags.NotValidForUsage);
        return isUsage ? Unusable("its extended key usage must have clientAuth") : Untrusted(what, detail);
    }

    private static RefusedException Untrusted(string what, string detail) => Refuse.Unauthenticated(
        Reasons.CredentialIssuer, $"The certificate doesn't chain to {what}. Present the certificates between it and the root as well.", detail);

    private static RefusedException Unusable(string why) =>
        Refuse.Unauthenticated(Reasons.CredentialUsage, $"The certificate can't prove who a client is: {why}.");
}
