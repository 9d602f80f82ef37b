using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Onboarding.Embedded.Istio;

/// <summary>Reads a certificate signing request that came over the network.</summary>
internal static class SigningRequest
{
    private const int MaximumCharacters = 64 * 1024;
    private const int MinimumRsaBits = 2048;
    private const string CommonName = "2.5.4.3";

    /// <summary>Key and common name of the request, whose signature proves that the caller holds the key; nothing else is kept.</summary>
    /// <exception cref="CertificateRefusedException">It isn't one, isn't signed with its own key, or the key is too weak.</exception>
    public static CertificateRequest Read(string pem)
    {
        if (pem.Length > MaximumCharacters)
        {
            throw new CertificateRefusedException($"CSR longer than {MaximumCharacters} characters");
        }

        CertificateRequest request;
        try
        {
            request = CertificateRequest.LoadSigningRequestPem(pem, HashAlgorithmName.SHA256);
            RequireStrong(request.PublicKey);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or PlatformNotSupportedException)
        {
            throw new CertificateRefusedException("CSR is not properly formatted, or not signed with its own key", e);
        }

        return new CertificateRequest(Subject(request.SubjectName), request.PublicKey, HashAlgorithmName.SHA256);
    }

    private static void RequireStrong(PublicKey key)
    {
        using RSA? rsa = key.GetRSAPublicKey();
        using ECDsa? ec = key.GetECDsaPublicKey();
        if (rsa is { KeySize: < MinimumRsaBits } || (rsa is null && ec is null))
        {
            throw new CertificateRefusedException($"CSR key must be RSA of at least {MinimumRsaBits} bits, or ECDSA");
        }
    }

    private static X500DistinguishedName Subject(X500DistinguishedName requested)
    {
        string? common = requested.EnumerateRelativeDistinguishedNames()
            .Where(n => !n.HasMultipleElements && n.GetSingleElementType().Value == CommonName)
            .Select(n => n.GetSingleElementValue())
            .FirstOrDefault();
        var name = new X500DistinguishedNameBuilder();
        if (!string.IsNullOrEmpty(common))
        {
            name.AddCommonName(common);
        }

        return name.Build();
    }
}
