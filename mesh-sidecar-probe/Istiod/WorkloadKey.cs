using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Api.Identity;

namespace Onboarding.SidecarProbe.Istiod;

/// <summary>A fresh key, RSA 2048 as Istio's agent makes it unless told ECDSA, and the request to certify it.</summary>
internal sealed class WorkloadKey : IDisposable
{
    private const int RsaBits = 2048;

    private readonly RSA? _rsa;
    private readonly ECDsa? _ec;

    private WorkloadKey(RSA? rsa, ECDsa? ec)
    {
        _rsa = rsa;
        _ec = ec;
    }

    public byte[] PublicKey => _rsa?.ExportSubjectPublicKeyInfo() ?? _ec!.ExportSubjectPublicKeyInfo();

    public static WorkloadKey Create(IReadOnlyDictionary<string, string> variables) =>
        variables.GetValueOrDefault("ECC_SIGNATURE_ALGORITHM") == "ECDSA"
            ? new WorkloadKey(null, ECDsa.Create(Curve(variables.GetValueOrDefault("ECC_CURVE"))))
            : new WorkloadKey(RSA.Create(RsaBits), null);

    public string SigningRequest(SpiffeId identity)
    {
        var empty = new X500DistinguishedName("");
        CertificateRequest request = _rsa is null
            ? new CertificateRequest(empty, _ec!, HashAlgorithmName.SHA256)
            : new CertificateRequest(empty, _rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(identity.ToString()));
        request.CertificateExtensions.Add(names.Build(critical: true));
        return request.CreateSigningRequestPem();
    }

    public X509Certificate2 With(X509Certificate2 certificate)
    {
        using X509Certificate2 pair = _rsa is null ? certificate.CopyWithPrivateKey(_ec!) : certificate.CopyWithPrivateKey(_rsa);
        return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
    }

    public void Dispose()
    {
        _rsa?.Dispose();
        _ec?.Dispose();
    }

    private static ECCurve Curve(string? name) => name == "P384" ? ECCurve.NamedCurves.nistP384 : ECCurve.NamedCurves.nistP256;
}
