using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Api.Identity;

namespace Onboarding.Embedded.Istio;

/// <summary>Checks certificates that clients present, and reads who they are from them.</summary>
internal sealed class PeerCertificates(IstioCertificateAuthority authority, string trustDomain, TimeProvider time)
{
    /// <summary>What a handshake verifies a client by: the roots of now.</summary>
    public X509ChainPolicy Policy
    {
        get
        {
            X509ChainPolicy policy = For(authority.Current, time);
            policy.ApplicationPolicy.Add(new Oid(ExtendedUsages.ClientAuthentication));
            return policy;
        }
    }

    /// <summary>True if a chain leads from a certificate to a root of an authority, by signatures: names alone say nothing.</summary>
    public static bool Leads(X509Certificate2 certificate, SigningAuthority authority, TimeProvider time)
    {
        using var chain = new X509Chain { ChainPolicy = For(authority, time) };
        return chain.Build(certificate);
    }

    /// <summary>True if a handshake may go on: there is no certificate, or one that verified and names a caller.</summary>
    public bool Accepts(X509Certificate? certificate, SslPolicyErrors errors) =>
        certificate is null || (errors == SslPolicyErrors.None && certificate is X509Certificate2 full && NameOf(full) is not null);

    /// <summary>
    /// The identity of a certificate that this authority issued for a client, that is valid now and names exactly one identity of
    /// this trust domain; null otherwise. Checked on every call again: a connection outlives certificates.
    /// </summary>
    public SpiffeId? Identify(X509Certificate2 certificate)
    {
        using var chain = new X509Chain { ChainPolicy = Policy };
        return chain.Build(certificate) ? NameOf(certificate) : null;
    }

    private static X509ChainPolicy For(SigningAuthority authority, TimeProvider time)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTime = time.GetUtcNow().UtcDateTime,
            VerificationTimeIgnored = false,
        };
        policy.CustomTrustStore.AddRange(authority.Roots.ToArray());
        policy.ExtraStore.AddRange(authority.Chain.ToArray());
        return policy;
    }

    private SpiffeId? NameOf(X509Certificate2 certificate)
    {
        try
        {
            // More than one URI is forbidden by SPIFFE; picking one of two would let the issuer of the other be impersonated.
            return AlternativeNames.FromCertificate(certificate).Uris is [string uri] && SpiffeId.TryParse(uri, out SpiffeId? id)
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
