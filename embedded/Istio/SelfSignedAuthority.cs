using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Embedded.Authentication;

namespace Onboarding.Embedded.Istio;

/// <summary>An authority's self-signed root and its key, kept in a directory.</summary>
/// <param name="directory">Holds <c>istio-ca-key.pem</c> (mode 0600) and <c>istio-ca.pem</c>.</param>
/// <param name="trustDomain">Organisation of a new root: every root of a trust domain has the same name, as istiod's have.</param>
/// <param name="time">The clock.</param>
internal sealed class SelfSignedAuthority(string directory, string trustDomain, TimeProvider time)
{
    private const string Next = ".next";

    private static readonly TimeSpan RootLife = TimeSpan.FromDays(3650);
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(2);

    private string KeyFile => Path.Combine(directory, "istio-ca-key.pem");

    private string CertificateFile => Path.Combine(directory, "istio-ca.pem");

    /// <summary>The authority there; a new one where there is none yet.</summary>
    /// <exception cref="IOException">The directory can't be used.</exception>
    /// <exception cref="CryptographicException">Key and certificate there don't belong together.</exception>
    public SigningAuthority Open()
    {
        Directory.CreateDirectory(directory);
        if (!File.Exists(KeyFile) || !File.Exists(CertificateFile))
        {
            return Create();
        }

        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(KeyFile));
        X509Certificate2 root = X509Certificate2.CreateFromPem(File.ReadAllText(CertificateFile));
        using ECDsa? certified = root.GetECDsaPublicKey();
        return certified?.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo()) == true
            ? Create(root, key)
            : throw new CryptographicException(
                $"{CertificateFile} is not the certificate of {KeyFile}; remove both to make a new mesh authority.");
    }

    /// <summary>A new authority instead of the one there: the same name, another key.</summary>
    /// <exception cref="IOException">The directory can't be used.</exception>
    public SigningAuthority Create()
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        X509Certificate2 root = SelfSigned(key);

        // A full disk must not cost the pair that is there. Then the certificate goes first: killed at any point, the next start finds a
        // pair that belongs together, or makes one.
        SecretFile.Write(KeyFile + Next, key.ExportPkcs8PrivateKeyPem() + "\n");
        SecretFile.Write(CertificateFile + Next, root.ExportCertificatePem() + "\n");
        File.Delete(CertificateFile);
        File.Move(KeyFile + Next, KeyFile, overwrite: true);
        File.Move(CertificateFile + Next, CertificateFile);
        return Create(root, key);
    }

    private SigningAuthority Create(X509Certificate2 root, ECDsa key) => new(root, key, [], root.ExportCertificatePem() + "\n", time);

    private X509Certificate2 SelfSigned(ECDsa key)
    {
        DateTimeOffset now = time.GetUtcNow();
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
}
