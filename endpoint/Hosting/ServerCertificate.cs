using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Onboarding.Endpoint.Hosting;

/// <summary>The certificate that agents see: from files, or made by a certificate authority of one's own for this machine.</summary>
internal sealed record ServerCertificate(X509Certificate2 Certificate, X509Certificate2Collection Chain, string? AuthorityFile) : IDisposable
{
    private const int AuthorityDays = 3650;
    private const int ServerDays = 90;

    /// <summary>Loads certificate and key.</summary>
    /// <exception cref="EndpointStartException">They can't be used.</exception>
    public static ServerCertificate Load(string certificateFile, string keyFile)
    {
        try
        {
            using X509Certificate2 pair = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(certificateFile);
            return new ServerCertificate(Persisted(pair), chain, null);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new EndpointStartException(
                $"The server certificate can't be loaded from {certificateFile} and {keyFile}: {e.Message} "
                + $"Check them with: openssl x509 -in {certificateFile} -noout -subject -enddate", e);
        }
    }

    /// <summary>
    /// Makes a certificate for localhost. The authority stays in the directory, so that agents that trust it go on doing so; the
    /// certificate is new at every start and its key never on disk.
    /// </summary>
    public static ServerCertificate ForThisMachine(string directory, TimeProvider time)
    {
        string authorityFile = Path.Combine(directory, "endpoint-ca.pem");
        using X509Certificate2 authority = LoadOrCreateAuthority(authorityFile, Path.Combine(directory, "endpoint-ca-key.pem"), time);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=onboarding-endpoint", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        DateTimeOffset now = time.GetUtcNow();
        using X509Certificate2 bare = request.Create(authority, now.AddHours(-1), now.AddDays(ServerDays), RandomNumberGenerator.GetBytes(16));
        using X509Certificate2 pair = bare.CopyWithPrivateKey(key);
        return new ServerCertificate(Persisted(pair), [], authorityFile);
    }

    public void Dispose() => Certificate.Dispose();

    private static X509Certificate2 LoadOrCreateAuthority(string certificateFile, string keyFile, TimeProvider time)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (File.Exists(certificateFile) && File.Exists(keyFile))
        {
            X509Certificate2 existing = LoadAuthority(certificateFile, keyFile);
            if (existing.NotAfter > now.AddDays(ServerDays).UtcDateTime)
            {
                return existing;
            }

            existing.Dispose();
        }

        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Onboarding endpoint of this machine", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        X509Certificate2 authority = request.CreateSelfSigned(now.AddHours(-1), now.AddDays(AuthorityDays));

        // Whenever it is cut off, there is no certificate beside a key that isn't its own: without a certificate both are made anew.
        File.WriteAllText(certificateFile + ".new", authority.ExportCertificatePem() + "\n");
        File.Delete(certificateFile);
        WriteSecret(keyFile, key.ExportPkcs8PrivateKeyPem());
        File.Move(certificateFile + ".new", certificateFile);
        return authority;
    }

    private static X509Certificate2 LoadAuthority(string certificateFile, string keyFile)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new EndpointStartException(
                $"The endpoint's own certificate authority, {certificateFile} and {keyFile}, can't be used: {e.Message} "
                + $"Have a new one made, which agents then have to be given: rm {certificateFile} {keyFile}", e);
        }
    }

    private static void WriteSecret(string file, string text)
    {
        File.Delete(file); // a file that others could read keeps its mode when it is only overwritten
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(file, options);
        writer.WriteLine(text);
    }

    // SslStream on Windows can't use the ephemeral key of a certificate that was made in memory.
    private static X509Certificate2 Persisted(X509Certificate2 pair) =>
        X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
}
