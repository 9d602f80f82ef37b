using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Policies;

/// <summary>
/// Matches certificates: AND across fields, OR across values (of the names in a certificate one must be among those listed),
/// empty lists match any. DNS names are compared without case, everything else by bytes.
/// </summary>
public sealed record X509Matcher
{
    /// <summary>
    /// Names of authorities under <c>x509.authorities</c> of the OnboardingPlane: the one that vouches for the certificate is among them.
    /// In <c>allow</c> a list is needed, this or another: "any certificate" can't be said.
    /// </summary>
    public IReadOnlyList<string> Authorities { get; init; } = [];

    /// <summary>Distinguished names of the certificates that the OnboardingPlane has for authorities.</summary>
    public IReadOnlyList<string> Issuers { get; init; } = [];

    /// <summary>Distinguished names of subjects.</summary>
    public IReadOnlyList<string> Subjects { get; init; } = [];

    /// <summary>DNS names; without wildcards.</summary>
    public IReadOnlyList<string> DnsNames { get; init; } = [];

    /// <summary>URIs.</summary>
    public IReadOnlyList<string> Uris { get; init; } = [];

    /// <summary>E-mail addresses.</summary>
    public IReadOnlyList<string> EmailAddresses { get; init; } = [];

    /// <summary>IP addresses.</summary>
    public IReadOnlyList<string> IpAddresses { get; init; } = [];

    /// <summary>SHA-256 fingerprints of certificates, 64 lower-case hex digits.</summary>
    public IReadOnlyList<string> Fingerprints { get; init; } = [];

    internal static X509Matcher Read(MapReader reader, bool bounded)
    {
        X509Matcher matcher = new()
        {
            Authorities = reader.Texts("authorities", Checks.ShortName),
            Issuers = reader.Texts("issuers", Checks.NotEmpty),
            Subjects = reader.Texts("subjects", Checks.NotEmpty),
            DnsNames = reader.Texts("dnsNames", Checks.NotEmpty),
            Uris = reader.Texts("uris", Checks.NotEmpty),
            EmailAddresses = reader.Texts("emailAddresses", Checks.NotEmpty),
            IpAddresses = reader.Texts("ipAddresses", Checks.Ip),
            Fingerprints = reader.Texts("fingerprints", Checks.Sha256),
        };
        int names = matcher.Subjects.Count + matcher.DnsNames.Count + matcher.Uris.Count + matcher.EmailAddresses.Count
            + matcher.IpAddresses.Count + matcher.Fingerprints.Count;
        reader.RequireBound(
            bounded, names + matcher.Authorities.Count + matcher.Issuers.Count, "authorities", "issuers", "subjects", "dnsNames", "uris", "emailAddresses", "ipAddresses", "fingerprints");
        if (bounded && names == 0 && matcher.Authorities.Count + matcher.Issuers.Count > 0)
        {
            reader.WarnHere("names authorities only: it matches every certificate that they, or authorities below them, issue");
        }

        return matcher;
    }

    internal JsonObject ToJson() => new JsonObject()
        .With("authorities", Authorities)
        .With("issuers", Issuers)
        .With("subjects", Subjects)
        .With("dnsNames", DnsNames)
        .With("uris", Uris)
        .With("emailAddresses", EmailAddresses)
        .With("ipAddresses", IpAddresses)
        .With("fingerprints", Fingerprints);
}
