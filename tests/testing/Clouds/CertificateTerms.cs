using System.Security.Cryptography.X509Certificates;

namespace Onboarding.Testing.Clouds;

/// <summary>What a certificate shall say. The defaults make a good client certificate.</summary>
public sealed record CertificateTerms
{
    public DateTimeOffset NotBefore { get; init; } = DateTimeOffset.UtcNow.AddHours(-1);

    public DateTimeOffset NotAfter { get; init; } = DateTimeOffset.UtcNow.AddDays(30);

    public bool IsAuthority { get; init; }

    public bool Rsa { get; init; }

    public int KeySize { get; init; } = RsaKeys.Size;

    public X509KeyUsageFlags? KeyUsage { get; init; } = X509KeyUsageFlags.DigitalSignature;

    public IReadOnlyList<string> ExtendedUsages { get; init; } = [CertificateAuthority.ClientAuthentication];

    public IReadOnlyList<string> DnsNames { get; init; } = [];

    public IReadOnlyList<string> Uris { get; init; } = [];

    /// <summary>Where the issuer's certificate can be fetched.</summary>
    public string? IssuerAddress { get; init; }
}
