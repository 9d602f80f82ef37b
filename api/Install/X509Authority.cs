using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>Ours: an authority whose certificates are accepted.</summary>
public sealed record X509Authority
{
    /// <summary>Its name, which policies match on (<c>x509.authorities</c>); unique.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Its certificates, PEM; all of them certificates of authorities. Each is a trust anchor, whether it signed itself or not: an issuing
    /// authority can be listed without the root above it. No two authorities have certificates with the same subject.
    /// </summary>
    public required string Roots { get; init; }

    /// <summary>
    /// File on the endpoint's machine with revocation lists (PEM or DER) of every authority in a chain; read again when it changes.
    /// Named and missing, unreadable or out of date: no one of this authority gets in. Null: revocation isn't looked at.
    /// </summary>
    public string? CrlFile { get; init; }

    internal static X509Authority Read(MapReader reader) => new()
    {
        Name = reader.RequiredText("name", Checks.ShortName),
        Roots = reader.RequiredText("roots", PemRules.CheckAuthorities),
        CrlFile = reader.Text("crlFile", Checks.NotEmpty),
    };

    internal JsonObject ToJson() => new JsonObject().With("name", Name).With("roots", Roots).With("crlFile", CrlFile);
}
