using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Connections;

namespace Onboarding.Embedded.Istio;

/// <summary>What an operator plugs in instead of, or beside, the self-signed authority: the entries of Istio's Secret <c>cacerts</c>.</summary>
internal sealed record PluggedCertificates
{
    public static PluggedCertificates None { get; } = new();

    /// <summary>PEM of the certificate that issues, <c>ca-cert.pem</c>.</summary>
    public string? Certificate { get; init; }

    /// <summary>PEM of its key, <c>ca-key.pem</c>.</summary>
    public string? Key { get; init; }

    /// <summary>PEM of its issuers below the root, <c>cert-chain.pem</c>.</summary>
    public string? Chain { get; init; }

    /// <summary>PEM of the roots, <c>root-cert.pem</c>.</summary>
    public string? Roots { get; init; }

    /// <summary>PEM of the revocation lists, <c>ca-crl.pem</c>.</summary>
    public string? RevocationLists { get; init; }

    /// <summary>
    /// The authority of these. Without a key it is <paramref name="own"/>, with these roots published beside its own: what operators do
    /// before they rotate.
    /// </summary>
    /// <exception cref="CryptographicException">They are incomplete, unreadable, or don't belong together.</exception>
    public SigningAuthority Over(SigningAuthority own, TimeProvider time)
    {
        if (Certificate is null && Key is null)
        {
            return string.IsNullOrWhiteSpace(Roots) ? own : own.With(own.RootPem.TrimEnd('\n') + "\n" + Roots);
        }

        if (Certificate is null || Key is null || string.IsNullOrWhiteSpace(Roots))
        {
            throw new CryptographicException("ca-cert.pem, ca-key.pem and root-cert.pem go together");
        }

        if (PemCertificates.Read(Certificate).Certificates is not [var issuer, ..])
        {
            throw new CryptographicException("ca-cert.pem is not a certificate");
        }

        X509Certificate2Collection chain = PemCertificates.Read(Chain ?? "").Certificates;
        bool isRoot = issuer.SubjectName.RawData.AsSpan().SequenceEqual(issuer.IssuerName.RawData);
        var authority = new SigningAuthority(
            issuer, KeyOf(issuer, Key), isRoot ? [] : [issuer, .. chain.Where(c => !c.RawDataMemory.Span.SequenceEqual(issuer.RawDataMemory.Span))], Roots, time);
        return PeerCertificates.Leads(issuer, authority, time)
            ? authority
            : throw new CryptographicException("ca-cert.pem and cert-chain.pem don't lead to a root of root-cert.pem");
    }

    private static AsymmetricAlgorithm KeyOf(X509Certificate2 issuer, string pem)
    {
        using RSA? certified = issuer.GetRSAPublicKey();
        AsymmetricAlgorithm key = certified is null ? ECDsa.Create() : RSA.Create();
        try
        {
            key.ImportFromPem(pem);
        }
        catch (ArgumentException e)
        {
            throw new CryptographicException("ca-key.pem is not the key of ca-cert.pem", e);
        }

        return key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(issuer.PublicKey.ExportSubjectPublicKeyInfo())
            ? key
            : throw new CryptographicException("ca-key.pem is not the key of ca-cert.pem");
    }
}
