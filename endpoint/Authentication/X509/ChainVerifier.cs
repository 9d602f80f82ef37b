using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Api;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Authentication.X509;

/// <summary>
/// Finds the chain from a certificate to a pinned anchor: a root, or an authority between a root and the certificate (RFC 5280 section 6.1
/// lets a trust anchor be either). Only the anchors given count, never the machine's; nothing is fetched, as the addresses in a certificate
/// are its sender's choice.
/// </summary>
internal sealed class ChainVerifier(TimeProvider time)
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>Verifies a client's certificate.</summary>
    /// <param name="leaf">The certificate.</param>
    /// <param name="above">Certificates that may be between it and a root.</param>
    /// <param name="anchors">The anchors, all of authorities.</param>
    /// <param name="what">What the anchors are, for the message.</param>
    /// <returns>The chain, leaf first; at least one of those above it is an anchor. The caller disposes of it.</returns>
    /// <exception cref="RefusedException">There is no good chain.</exception>
    public X509Certificate2Collection VerifyClient(
        X509Certificate2 leaf, X509Certificate2Collection above, X509Certificate2Collection anchors, string what)
    {
        CheckLeaf(leaf);
        return Verify(leaf, above, anchors, what, ClientAuthentication);
    }

    /// <summary>Verifies a certificate for whatever it is used for; the caller checks that.</summary>
    /// <inheritdoc cref="VerifyClient"/>
    public X509Certificate2Collection Verify(
        X509Certificate2 leaf, X509Certificate2Collection above, X509Certificate2Collection anchors, string what, string? usage = null)
    {
        using var chain = new X509Chain
        {
            ChainPolicy =
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
                VerificationTime = time.GetUtcNow().UtcDateTime,
                // For an anchor whose own root isn't configured. Whether the chain has an anchor is checked below.
                VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority,
            },
        };
        chain.ChainPolicy.CustomTrustStore.AddRange(anchors);
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

            // Byte for byte: a certificate with the name of an anchor and another key is what an attacker would make.
            if (!found.Skip(1).Any(c => IsOneOf(anchors, c)))
            {
                throw Untrusted(what, "no certificate of the chain is a configured one");
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

    /// <summary>Whether a certificate is one of those, byte for byte.</summary>
    public static bool IsOneOf(X509Certificate2Collection anchors, X509Certificate2 certificate) =>
        anchors.Any(a => a.RawDataMemory.Span.SequenceEqual(certificate.RawDataMemory.Span));

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
