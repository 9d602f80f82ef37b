using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Onboarding.Testing.Clouds;

/// <summary>A certificate and its key.</summary>
public sealed record IssuedCertificate(X509Certificate2 Certificate, AsymmetricAlgorithm Key) : IDisposable
{
    public string Pem => Certificate.ExportCertificatePem();

    public string KeyPem => Key.ExportPkcs8PrivateKeyPem();

    /// <summary>The certificate with its key inside.</summary>
    public X509Certificate2 WithKey() => Key is RSA rsa ? Certificate.CopyWithPrivateKey(rsa) : Certificate.CopyWithPrivateKey((ECDsa)Key);

    /// <summary>Signs as X509Possession asks for.</summary>
    public byte[] Sign(byte[] statement) => Key is RSA rsa
        ? rsa.SignData(statement, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)
        : ((ECDsa)Key).SignData(statement, HashAlgorithmName.SHA256);

    public void Dispose()
    {
        Certificate.Dispose();
        if (Key is RSA rsa)
        {
            RsaKeys.GiveBack(rsa);
        }
        else
        {
            Key.Dispose();
        }
    }
}
