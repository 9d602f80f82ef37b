using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Onboarding.Testing.Clouds;

/// <summary>A certificate authority that issues what it is told to, right or wrong.</summary>
public sealed class CertificateAuthority : IDisposable
{
    public const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    public const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private readonly AsymmetricAlgorithm _key;

    private CertificateAuthority(X509Certificate2 certificate, AsymmetricAlgorithm key)
    {
        Certificate = certificate;
        _key = key;
    }

    public X509Certificate2 Certificate { get; }

    public string Pem => Certificate.ExportCertificatePem();

    /// <summary>A root.</summary>
    /// <param name="subject">Its name.</param>
    /// <param name="rsa">True for an RSA key, as clouds have.</param>
    public static CertificateAuthority Create(string subject = "CN=Corp Root,O=Corp", bool rsa = false)
    {
        AsymmetricAlgorithm key = rsa ? RsaKeys.Take() : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = Request(subject, key);
        AddAuthority(request);
        X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-1), DateTimeOffset.UtcNow.AddYears(5));
        return new CertificateAuthority(certificate, key);
    }

    /// <summary>An authority below this one.</summary>
    public CertificateAuthority Intermediate(string subject, bool rsa = false, params X509Extension[] extensions)
    {
        AsymmetricAlgorithm key = rsa ? RsaKeys.Take() : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = Request(subject, key);
        AddAuthority(request);
        Array.ForEach(extensions, request.CertificateExtensions.Add);
        return new CertificateAuthority(Sign(request, new CertificateTerms()), key);
    }

    /// <summary>A certificate with its key, in the way it is asked for.</summary>
    public IssuedCertificate Issue(string subject = "CN=web-1,O=Corp", CertificateTerms? terms = null)
    {
        terms ??= new CertificateTerms();
        AsymmetricAlgorithm key = terms switch
        {
            { Rsa: true, KeySize: RsaKeys.Size } => RsaKeys.Take(),
            { Rsa: true } => RSA.Create(terms.KeySize),
            _ => ECDsa.Create(ECCurve.NamedCurves.nistP256),
        };
        CertificateRequest request = Request(subject, key);
        Describe(request, terms);
        return new IssuedCertificate(Sign(request, terms), key);
    }

    /// <summary>A certificate for a public key whose private half no one has.</summary>
    public X509Certificate2 IssueFor(PublicKey key, string subject = "CN=web-1,O=Corp")
    {
        var request = new CertificateRequest(new X500DistinguishedName(subject), key, HashAlgorithmName.SHA256);
        var terms = new CertificateTerms();
        Describe(request, terms);
        return Sign(request, terms);
    }

    /// <summary>A certificate whose issuer is a leaf: what a leaf's holder would like to be able to make.</summary>
    public static IssuedCertificate IssueBy(IssuedCertificate leaf, string subject)
    {
        AsymmetricAlgorithm key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = Request(subject, key);
        Describe(request, new CertificateTerms());
        X509SignatureGenerator generator = X509SignatureGenerator.CreateForECDsa((ECDsa)leaf.Key);
        X509Certificate2 certificate = request.Create(
            leaf.Certificate.SubjectName, generator, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1), Serial());
        return new IssuedCertificate(certificate, key);
    }

    /// <summary>A revocation list, PEM.</summary>
    public string RevocationList(DateTimeOffset nextUpdate, params X509Certificate2[] revoked)
    {
        var list = new CertificateRevocationListBuilder();
        foreach (X509Certificate2 certificate in revoked)
        {
            list.AddEntry(certificate);
        }

        DateTimeOffset thisUpdate = (nextUpdate < DateTimeOffset.UtcNow ? nextUpdate : DateTimeOffset.UtcNow).AddDays(-1);
        byte[] encoded = list.Build(
            Certificate.SubjectName, Generator(), 7, nextUpdate, HashAlgorithmName.SHA256,
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, true, false), thisUpdate);
        return PemEncoding.WriteString("X509 CRL", encoded);
    }

    public void Dispose()
    {
        Certificate.Dispose();
        if (_key is RSA rsa)
        {
            RsaKeys.GiveBack(rsa);
        }
        else
        {
            _key.Dispose();
        }
    }

    private static byte[] Serial()
    {
        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x7F) | 0x01);
        return serial;
    }

    private X509Certificate2 Sign(CertificateRequest request, CertificateTerms terms) =>
        request.Create(Certificate.SubjectName, Generator(), terms.NotBefore, terms.NotAfter, Serial());

    private X509SignatureGenerator Generator() => _key is RSA rsa
        ? X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1)
        : X509SignatureGenerator.CreateForECDsa((ECDsa)_key);

    private static CertificateRequest Request(string subject, AsymmetricAlgorithm key) => key is RSA rsa
        ? new CertificateRequest(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        : new CertificateRequest(subject, (ECDsa)key, HashAlgorithmName.SHA256);

    private static void AddAuthority(CertificateRequest request)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
    }

    private static void Describe(CertificateRequest request, CertificateTerms terms)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(terms.IsAuthority, false, 0, true));
        if (terms.KeyUsage is { } usage)
        {
            request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, true));
        }

        if (terms.ExtendedUsages.Count > 0)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. terms.ExtendedUsages.Select(u => new Oid(u))], false));
        }

        if (terms.DnsNames.Count + terms.Uris.Count > 0)
        {
            var names = new SubjectAlternativeNameBuilder();
            terms.DnsNames.ToList().ForEach(names.AddDnsName);
            terms.Uris.ToList().ForEach(uri => names.AddUri(new Uri(uri)));
            request.CertificateExtensions.Add(names.Build());
        }

        if (terms.IssuerAddress is { } address)
        {
            request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(null, [address]));
        }
    }
}
