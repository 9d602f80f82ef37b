using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Endpoint.Hosting;
using Onboarding.Plane.Hosting;

namespace Onboarding.Lab.Certificates;

/// <summary>The certificate authority of an endpoint on this machine, which lies in its data directory.</summary>
/// <param name="directory">The data directory.</param>
/// <param name="time">The clock.</param>
internal sealed class LabAuthority(string directory, TimeProvider time)
{
    private const int AuthorityDays = 3650;
    private const int ServerDays = 90;

    /// <summary>PEM file with the authority's certificate, for agents to trust.</summary>
    public string CertificateFile { get; } = Path.Combine(directory, "endpoint-ca.pem");

    /// <summary>
    /// Makes a certificate for localhost. The authority stays in the directory, so that agents that trust it go on doing so; the
    /// certificate is new at every start and its key never on disk.
    /// </summary>
    public ServerCertificate Issue()
    {
        using X509Certificate2 authority = LoadOrCreateAuthority(CertificateFile, Path.Combine(directory, "endpoint-ca-key.pem"));
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
        return new ServerCertificate(ServerCertificate.Usable(pair), []);
    }

    private X509Certificate2 LoadOrCreateAuthority(string certificateFile, string keyFile)
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

        // Whenever it is cut off, there is no certificate beside a key that isn't its own: without a certificate both are made again.
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
            throw new StartException(
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
}
