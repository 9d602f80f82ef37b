using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Api.Identity;
using Onboarding.Embedded.Authentication;

namespace Onboarding.Embedded.Istio;

/// <summary>The mesh's own certificate authority: a self-signed root, kept in a directory.</summary>
public sealed class IstioCertificateAuthority : IDisposable
{
    private static readonly TimeSpan RootLife = TimeSpan.FromDays(3650);
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(2);

    private readonly ECDsa _key;
    private readonly TimeProvider _time;

    private IstioCertificateAuthority(X509Certificate2 root, ECDsa key, TimeProvider time)
    {
        Root = root;
        _key = key;
        _time = time;
    }

    /// <summary>The root certificate, PEM; what <c>istio-ca-root-cert</c> holds.</summary>
    public string RootPem => Root.ExportCertificatePem() + "\n";

    internal X509Certificate2 Root { get; }

    /// <summary>Opens the authority of a directory; makes it where there is none yet.</summary>
    /// <param name="directory">Holds <c>istio-ca-key.pem</c> (mode 0600) and <c>istio-ca.pem</c>.</param>
    /// <param name="trustDomain">Organisation of a new root.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <exception cref="IOException">The directory can't be used.</exception>
    /// <exception cref="CryptographicException">Key and certificate there don't belong together.</exception>
    public static IstioCertificateAuthority Open(string directory, string trustDomain, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        Directory.CreateDirectory(directory);
        string keyFile = Path.Combine(directory, "istio-ca-key.pem");
        string certificateFile = Path.Combine(directory, "istio-ca.pem");
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        try
        {
            if (File.Exists(keyFile) && File.Exists(certificateFile))
            {
                key.ImportFromPem(File.ReadAllText(keyFile));
                X509Certificate2 root = X509Certificate2.CreateFromPem(File.ReadAllText(certificateFile));
                using ECDsa? certified = root.GetECDsaPublicKey();
                return certified?.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo()) == true
                    ? new IstioCertificateAuthority(root, key, timeProvider)
                    : throw new CryptographicException(
                        $"{certificateFile} is not the certificate of {keyFile}; remove both to make a new mesh authority.");
            }

            X509Certificate2 created = SelfSigned(key, trustDomain, timeProvider.GetUtcNow());
            SecretFile.Write(keyFile, key.ExportPkcs8PrivateKeyPem() + "\n");
            SecretFile.Write(certificateFile, created.ExportCertificatePem() + "\n");
            return new IstioCertificateAuthority(created, key, timeProvider);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Root.Dispose();
        _key.Dispose();
    }

    /// <summary>
    /// A workload's certificate. Who it is for is what the caller proved, never what the request says: its names are not even read.
    /// </summary>
    internal X509Certificate2 IssueWorkload(CertificateRequest request, SpiffeId identity, TimeSpan validity)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(identity.ToString()));
        return Issue(request.SubjectName, request.PublicKey, names.Build(critical: true), validity);
    }

    /// <summary>A server's certificate with its key.</summary>
    internal X509Certificate2 IssueServer(IEnumerable<string> hosts, TimeSpan validity)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (string host in hosts)
        {
            names.AddDnsName(host);
        }

        var publicKey = new PublicKey(key);
        using X509Certificate2 bare = Issue(new X500DistinguishedName(""), publicKey, names.Build(critical: true), validity);
        using X509Certificate2 pair = bare.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
    }

    private static X509Certificate2 SelfSigned(ECDsa key, string trustDomain, DateTimeOffset now)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddOrganizationName(trustDomain);
        var request = new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using X509Certificate2 certificate = request.CreateSelfSigned(now - ClockSkew, now + RootLife);
        return X509CertificateLoader.LoadCertificate(certificate.RawData);
    }

    private X509Certificate2 Issue(X500DistinguishedName subject, PublicKey key, X509Extension names, TimeSpan validity)
    {
        DateTimeOffset now = _time.GetUtcNow();
        if (now >= Root.NotAfter)
        {
            throw new CryptographicException("The mesh authority's own certificate has expired.");
        }

        DateTimeOffset end = now + validity < Root.NotAfter ? now + validity : new DateTimeOffset(Root.NotAfter);
        DateTimeOffset start = now - ClockSkew > Root.NotBefore ? now - ClockSkew : new DateTimeOffset(Root.NotBefore);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names);
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, true));
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new Oid(ExtendedUsages.ServerAuthentication), new Oid(ExtendedUsages.ClientAuthentication)], false));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Root, true, false));
        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7F;
        return request.Create(Root.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), start, end, serial);
    }
}
