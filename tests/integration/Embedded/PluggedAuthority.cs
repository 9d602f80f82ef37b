using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace Onboarding.Tests.Integration.Embedded;

/// <summary>An authority as operators plug it into istiod: RSA, and an intermediate or the root itself.</summary>
internal sealed class PluggedAuthority : IDisposable
{
    private readonly RSA _rootKey = RSA.Create(2048);
    private readonly RSA _issuerKey;
    private readonly X509Certificate2 _root;
    private readonly X509Certificate2 _issuer;

    public PluggedAuthority(bool intermediate)
    {
        // The name that istiod's own root has: only signatures tell them apart.
        CertificateRequest root = Request("O=cluster.local", _rootKey);
        _root = root.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(1));
        _issuerKey = intermediate ? RSA.Create(2048) : _rootKey;
        _issuer = intermediate
            ? Request("O=cluster.local, CN=intermediate", _issuerKey)
                .Create(_root, DateTimeOffset.UtcNow.AddHours(-12), DateTimeOffset.UtcNow.AddMonths(6), [1, 2, 3])
            : _root;
    }

    public string Root => _root.ExportCertificatePem() + "\n";

    public string Subject => _issuer.Subject;

    public string Key => _issuerKey.ExportPkcs8PrivateKeyPem() + "\n";

    /// <summary>The entries of Secret <c>cacerts</c>.</summary>
    public JsonObject Entries(string roots, string? key = null, string? lists = null) => new()
    {
        ["ca-cert.pem"] = Encoded(_issuer.ExportCertificatePem() + "\n"),
        ["ca-key.pem"] = Encoded(key ?? Key),
        ["cert-chain.pem"] = Encoded(_issuer.ExportCertificatePem() + "\n"),
        ["root-cert.pem"] = Encoded(roots),
        ["ca-crl.pem"] = Encoded(lists ?? ""),
    };

    public void Dispose()
    {
        _issuer.Dispose();
        _root.Dispose();
        _issuerKey.Dispose();
        _rootKey.Dispose();
    }

    private static string Encoded(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static CertificateRequest Request(string name, RSA key)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request;
    }
}
