using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Onboarding.Connections;

/// <summary>
/// Decides on a TLS server's certificate by the authorities that a configuration lists, and by no others: a public authority's certificate
/// for the same name must not do. Each listed certificate is an anchor (RFC 5280 section 6.1), a root or not, as for curl and Go: what is
/// above it doesn't count.
/// </summary>
public static class ServerTrust
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private const X509ChainStatusFlags AboveAnchor =
        X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.RevocationStatusUnknown | X509ChainStatusFlags.OfflineRevocation;

    /// <summary>TLS settings by which a client trusts the anchors alone.</summary>
    /// <param name="anchors">Gives the anchors, asked at each handshake.</param>
    public static SslClientAuthenticationOptions By(Func<X509Certificate2Collection> anchors) => new()
    {
        CertificateChainPolicy = FirstLook(),
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) => certificate is X509Certificate2 server
            ? Require(Judge(server, chain, errors, anchors()), server)
            : throw new AuthenticationException("The server presented no certificate."),
    };

    /// <summary>The policy of the chain that TLS builds by itself and <see cref="Judge"/> replaces: nothing trusted, nothing fetched.</summary>
    public static X509ChainPolicy FirstLook() => Policy();

    /// <summary>Judges a certificate.</summary>
    /// <param name="server">The certificate.</param>
    /// <param name="presented">The chain that TLS built, for the certificates that the server sent.</param>
    /// <param name="errors">What TLS found; only what it says about the name counts.</param>
    /// <param name="anchors">The anchors.</param>
    public static (SslPolicyErrors Errors, IReadOnlyList<X509ChainStatus> Why) Judge(
        X509Certificate2 server, X509Chain? presented, SslPolicyErrors errors, X509Certificate2Collection anchors)
    {
        using var chain = new X509Chain { ChainPolicy = Policy() };
        chain.ChainPolicy.CustomTrustStore.AddRange(anchors);
        // For an anchor whose own root isn't listed. Whether the chain has an anchor is checked below.
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority;
        if (presented is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(presented.ChainPolicy.ExtraStore);
        }

        try
        {
            chain.Build(server);
            SslPolicyErrors name = errors & ~SslPolicyErrors.RemoteCertificateChainErrors;
            return IsGood(chain, anchors) ? (name, []) : (name | SslPolicyErrors.RemoteCertificateChainErrors, [.. chain.ChainStatus]);
        }
        catch (CryptographicException e)
        {
            return (errors | SslPolicyErrors.RemoteCertificateChainErrors, [new X509ChainStatus { Status = X509ChainStatusFlags.PartialChain, StatusInformation = e.Message }]);
        }
        finally
        {
            foreach (X509ChainElement element in chain.ChainElements)
            {
                element.Certificate.Dispose();
            }
        }
    }

    // TLS would only say that a callback refused it.
    private static bool Require((SslPolicyErrors Errors, IReadOnlyList<X509ChainStatus> Why) found, X509Certificate2 server)
    {
        if (found.Errors == SslPolicyErrors.None)
        {
            return true;
        }

        string why = string.Join("; ", found.Why.Select(s => $"{s.Status}: {s.StatusInformation.Trim()}"));
        throw new AuthenticationException(
            $"The remote certificate '{server.Subject}', issued by '{server.Issuer}', is invalid: {found.Errors}{(why.Length == 0 ? "" : $" ({why})")}.");
    }

    // Byte for byte: a certificate with an anchor's name and another key is what an attacker would make. Signatures up to the anchor were
    // verified by the build, whatever is above it.
    private static bool IsGood(X509Chain chain, X509Certificate2Collection anchors)
    {
        foreach (X509ChainElement element in chain.ChainElements)
        {
            bool isAnchor = anchors.Any(a => a.RawDataMemory.Span.SequenceEqual(element.Certificate.RawDataMemory.Span));
            if (Array.Exists(element.ChainElementStatus, s => (s.Status & ~AboveAnchor) != X509ChainStatusFlags.NoError))
            {
                return false;
            }

            if (isAnchor)
            {
                return true;
            }
        }

        return false;
    }

    private static X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            // The addresses in a certificate are its sender's choice.
            DisableCertificateDownloads = true,
        };
        policy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        return policy;
    }
}
