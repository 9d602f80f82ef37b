using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Authentication.X509;

/// <summary>Says who a verified certificate is about.</summary>
internal static class CertificateIdentity
{
    /// <summary>The identity.</summary>
    /// <param name="certificate">The workload's certificate.</param>
    /// <param name="authority">Name of the configured authority that vouches for it.</param>
    /// <param name="anchor">That authority's certificate.</param>
    /// <exception cref="RefusedException">A name in it can't be used.</exception>
    public static X509Identity FromCertificate(X509Certificate2 certificate, string authority, X509Certificate2 anchor)
    {
        SubjectNames names = SubjectNames.Read(certificate);
        return new X509Identity
        {
            Authority = authority,
            AuthorityKey = Convert.ToHexStringLower(SHA256.HashData(anchor.PublicKey.ExportSubjectPublicKeyInfo())),
            Issuer = Text(anchor.SubjectName),
            Subject = Text(certificate.SubjectName),
            Fingerprint = certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant(),
            DnsNames = names.Dns,
            Uris = names.Uris,
            EmailAddresses = names.Emails,
            IpAddresses = names.Ips,
        };
    }

    private static string Text(X500DistinguishedName name) => DistinguishedName.Text(name) ?? throw Refuse.Unauthenticated(
        Reasons.CredentialSubject,
        "A distinguished name in the certificate can't be used: it is longer than 1024 characters, has control characters, or a part with two attributes.");
}
