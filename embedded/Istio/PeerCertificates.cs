using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Api.Identity;

namespace Onboarding.Embedded.Istio;

/// <summary>Checks certificates that clients present, and reads who they are from them.</summary>
internal sealed class PeerCertificates(IstioCertificateAuthority authority, string trustDomain, TimeProvider time)
{
    /// <summary>
    /// The identity of a certificate that this authority issued for a client, that is valid now and names exactly one identity of
    /// this trust domain; null otherwise. Checked on every call again: a connection outlives certificates.
    /// </summary>
    public SpiffeId? Identify(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority.Root);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ExtendedUsages.ClientAuthentication));
        chain.ChainPolicy.VerificationTime = time.GetUtcNow().UtcDateTime;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        if (!chain.Build(certificate))
        {
            return null;
        }

        try
        {
            // More than one URI is forbidden by SPIFFE; picking one of two would let the issuer of the other be impersonated.
            return AlternativeNames.Of(certificate).Uris is [string uri] && SpiffeId.TryParse(uri, out SpiffeId? id)
                && id.TrustDomain == trustDomain
                ? id
                : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
