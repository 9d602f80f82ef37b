using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Api.Identity;
using Onboarding.Connections;

namespace Onboarding.Embedded.Istio;

/// <summary>
/// What certificates of the mesh are signed with, and the roots by which its members know each other. It never changes: a reader has
/// key, chain and roots that belong together, even while another takes its place.
/// </summary>
/// <param name="certificate">Issuer of what is signed.</param>
/// <param name="key">Its key, RSA or ECDSA.</param>
/// <param name="chain">Issuers between it and the roots, itself first; empty if it is a root.</param>
/// <param name="rootPem">The roots, PEM, as they are published.</param>
/// <param name="time">The clock.</param>
internal sealed class SigningAuthority(
    X509Certificate2 certificate, AsymmetricAlgorithm key, ImmutableArray<X509Certificate2> chain, string rootPem, TimeProvider time)
{
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(2);

    public X509Certificate2 Certificate => certificate;

    public ImmutableArray<X509Certificate2> Chain => chain;

    public string RootPem => rootPem;

    /// <summary>The roots that can be read; an unreadable one of a bundle costs no one the others.</summary>
    public ImmutableArray<X509Certificate2> Roots { get; } = [.. PemCertificates.Read(rootPem).Certificates];

    /// <summary>The same, with other roots published.</summary>
    public SigningAuthority With(string roots) => new(certificate, key, chain, roots, time);

    /// <summary>
    /// A workload's certificate. Who it is for is what the caller proved, never what the request says: its names are not even read.
    /// </summary>
    public X509Certificate2 IssueWorkload(CertificateRequest request, SpiffeId identity, TimeSpan validity)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(identity.ToString()));
        return Issue(request.SubjectName, request.PublicKey, names.Build(critical: true), validity);
    }

    /// <summary>A server's certificate with its key.</summary>
    public X509Certificate2 IssueServer(IEnumerable<string> hosts, TimeSpan validity)
    {
        using ECDsa serverKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (string host in hosts)
        {
            names.AddDnsName(host);
        }

        var publicKey = new PublicKey(serverKey);
        using X509Certificate2 bare = Issue(new X500DistinguishedName(""), publicKey, names.Build(critical: true), validity);
        using X509Certificate2 pair = bare.CopyWithPrivateKey(serverKey);
        return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
    }

    private X509Certificate2 Issue(X500DistinguishedName subject, PublicKey subjectKey, X509Extension names, TimeSpan validity)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (now >= certificate.NotAfter)
        {
            throw new CryptographicException("The mesh authority's own certificate has expired.");
        }

        DateTimeOffset end = now + validity < certificate.NotAfter ? now + validity : new DateTimeOffset(certificate.NotAfter);
        DateTimeOffset start = now - ClockSkew > certificate.NotBefore ? now - ClockSkew : new DateTimeOffset(certificate.NotBefore);
        var request = new CertificateRequest(subject, subjectKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names);
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, true));
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new Oid(ExtendedUsages.ServerAuthentication), new Oid(ExtendedUsages.ClientAuthentication)], false));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));

        // A replaced authority keeps its name: by its key's identifier a verifier finds the right one of two roots.
        if (certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Any())
        {
            request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(certificate, true, false));
        }

        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7F;
        X509SignatureGenerator signer = key is RSA rsa
            ? X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1)
            : X509SignatureGenerator.CreateForECDsa((ECDsa)key);
        return request.Create(certificate.SubjectName, signer, start, end, serial);
    }
}

/// <summary>Object identifiers of what a certificate may be used for.</summary>
internal static class ExtendedUsages
{
    public const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    public const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
}
