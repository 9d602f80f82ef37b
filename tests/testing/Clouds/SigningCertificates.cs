using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Onboarding.Testing.Clouds;

/// <summary>Self-signed certificates such as clouds sign documents with.</summary>
public static class SigningCertificates
{
    private const string Subject = "C=US, S=Washington State, L=Seattle, O=Test Web Services";

    /// <summary>A certificate with its key. Two of the same serial number look the same but for the key.</summary>
    public static X509Certificate2 Create(long serial = 1, string subject = Subject, int keySize = 2048)
    {
        using RSA key = RSA.Create(keySize);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        byte[] number = [0x01, .. BitConverter.GetBytes(serial).Reverse()];
        using X509Certificate2 bare = request.Create(
            request.SubjectName,
            X509SignatureGenerator.CreateForRSA(key, RSASignaturePadding.Pkcs1),
            DateTimeOffset.UtcNow.AddYears(-1),
            DateTimeOffset.UtcNow.AddYears(100),
            number);
        using X509Certificate2 pair = bare.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }
}
