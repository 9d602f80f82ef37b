using System.Security.Cryptography.X509Certificates;
using Onboarding.Client.Credentials.Files;

namespace Onboarding.Client.Identity;

/// <summary>The machine's identity in the mesh at one time. It is in memory alone.</summary>
/// <param name="SpiffeId">Who the machine is.</param>
/// <param name="Chain">Certificates in DER: the machine's own, then those between it and a root.</param>
/// <param name="Key">Its key: PKCS#8 in DER.</param>
/// <param name="Bundle">What others in the mesh are verified by: certificates in DER.</param>
/// <param name="RevocationLists">The authority's revocation lists in DER.</param>
internal sealed record MeshSvid(
    string SpiffeId,
    IReadOnlyList<byte[]> Chain,
    byte[] Key,
    IReadOnlyList<byte[]> Bundle,
    IReadOnlyList<byte[]> RevocationLists)
{
    /// <summary>Tells one from the next: the serial number of its certificate.</summary>
    public required string Version { get; init; }

    /// <summary>How long it is good, from when it was issued.</summary>
    public required TimeSpan Lifetime { get; init; }

    /// <summary>When it expires, by the issuer's clock.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>The SPIFFE ID of the trust domain.</summary>
    public string TrustDomain => SpiffeId[..SpiffeId.IndexOf('/', "spiffe://".Length)];

    /// <summary>The certificates with the key, to authenticate with.</summary>
    public (X509Certificate2 Leaf, LoadedCertificates Above) Load()
    {
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(Chain[0]);
        using var key = System.Security.Cryptography.ECDsa.Create();
        key.ImportPkcs8PrivateKey(Key, out _);
        return (certificate.CopyWithPrivateKey(key), new LoadedCertificates([.. Chain.Skip(1).Select(X509CertificateLoader.LoadCertificate)]));
    }
}
