using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Embedded.Authentication;

namespace Onboarding.Embedded.Hosting;

/// <summary>The API server's own certificate authority, kept in the data directory, and the certificate it serves with.</summary>
internal sealed class ApiServerCertificates : IDisposable
{
    private static readonly TimeSpan Backdating = TimeSpan.FromHours(1);

    private ApiServerCertificates(X509Certificate2 authority, X509Certificate2 server)
    {
        Authority = authority;
        Server = server;
    }

    public X509Certificate2 Authority { get; }

    public X509Certificate2 Server { get; }

    public static ApiServerCertificates Open(string directory, TimeProvider time)
    {
        DateTimeOffset now = time.GetUtcNow();
        string path = Path.Combine(directory, "api-ca.pem");
        string pem = SecretFile.ReadOrCreate(path, () => CreateAuthority(now));
        var authority = X509Certificate2.CreateFromPem(pem, pem);
        return new ApiServerCertificates(authority, Issue(authority, now));
    }

    public void Dispose()
    {
        Authority.Dispose();
        Server.Dispose();
    }

    private static string CreateAuthority(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=onboarding-embedded-api-ca", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign | X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using X509Certificate2 certificate = request.CreateSelfSigned(now - Backdating, now.AddYears(10));
        return $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }

    /// <summary>Made again at every start, so that it never expires on a machine that is restarted now and then.</summary>
    private static X509Certificate2 Issue(X509Certificate2 authority, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=kube-apiserver", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName("kubernetes");
        names.AddDnsName("kubernetes.default.svc");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        DateTimeOffset end = now.AddYears(1) < authority.NotAfter ? now.AddYears(1) : authority.NotAfter;
        using X509Certificate2 bare = request.Create(authority, now - Backdating, end, RandomNumberGenerator.GetBytes(16));
        using X509Certificate2 pair = bare.CopyWithPrivateKey(key);
        // SslStream on some platforms needs a key that went through PKCS #12.
        return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
    }
}
