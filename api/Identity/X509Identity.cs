using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Identity;

/// <summary>
/// Identity proved by a certificate that chains to a configured authority. The authority's configured name and the subject name the
/// workload, or the authority and all alternative names where the subject is empty: so that it stays the same when the certificate, or the
/// authority's key, is renewed. The rest are attributes. The name of the issuer in the certificate is none: its signer wrote it, and any
/// authority may sign an intermediate with another one's name.
/// </summary>
public sealed record X509Identity
{
    /// <summary>Name of the authority, under <c>x509.authorities</c> of the OnboardingPlane, that vouches for the certificate.</summary>
    public required string Authority { get; init; }

    /// <summary>SHA-256 of that authority's public key (SubjectPublicKeyInfo): 64 lower-case hex digits.</summary>
    public required string AuthorityKey { get; init; }

    /// <summary>
    /// Distinguished name of that authority's certificate, as the OnboardingPlane has it and RFC 4514 writes it.
    /// </summary>
    public required string Issuer { get; init; }

    /// <summary>Distinguished name of the subject, as RFC 4514 writes it; may be empty.</summary>
    public required string Subject { get; init; }

    /// <summary>SHA-256 of the certificate: 64 lower-case hex digits.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>DNS names among the subject alternative names.</summary>
    public IReadOnlyList<string> DnsNames { get; init; } = [];

    /// <summary>URIs among the subject alternative names.</summary>
    public IReadOnlyList<string> Uris { get; init; } = [];

    /// <summary>E-mail addresses among the subject alternative names.</summary>
    public IReadOnlyList<string> EmailAddresses { get; init; } = [];

    /// <summary>IP addresses among the subject alternative names, in their usual form.</summary>
    public IReadOnlyList<string> IpAddresses { get; init; } = [];

    internal static X509Identity Read(MapReader reader) => new()
    {
        Authority = reader.RequiredText("authority"),
        AuthorityKey = reader.RequiredText("authorityKey", Checks.Sha256),
        Issuer = reader.RequiredText("issuer"),
        Subject = reader.Text("subject") ?? "",
        Fingerprint = reader.RequiredText("fingerprint", Checks.Sha256),
        DnsNames = reader.Texts("dnsNames", Checks.NotEmpty),
        Uris = reader.Texts("uris", Checks.NotEmpty),
        EmailAddresses = reader.Texts("emailAddresses", Checks.NotEmpty),
        IpAddresses = reader.Texts("ipAddresses", Checks.Ip),
    };

    internal JsonObject ToJson() => new JsonObject()
        .With("authority", Authority)
        .With("authorityKey", AuthorityKey)
        .With("issuer", Issuer)
        .With("subject", Subject.Length == 0 ? null : Subject)
        .With("fingerprint", Fingerprint)
        .With("dnsNames", DnsNames)
        .With("uris", Uris)
        .With("emailAddresses", EmailAddresses)
        .With("ipAddresses", IpAddresses);
}
