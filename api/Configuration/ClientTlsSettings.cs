using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Configuration;

/// <summary>TLS of an agent's connection.</summary>
public sealed record ClientTlsSettings
{
    /// <summary>Name for SNI and certificate verification; null means the endpoint's host.</summary>
    public string? Sni { get; init; }

    /// <summary>
    /// True: any certificate is believed, so anyone who sits on the path reads and changes everything. Loads with a warning; a
    /// plane with <c>minimumTransport: Verified</c> refuses such agents.
    /// </summary>
    public bool InsecureSkipVerify { get; init; }

    /// <summary>Ours: PEM file with the certificate authorities to trust instead of the machine's store.</summary>
    public string? CaFile { get; init; }

    internal static ClientTlsSettings Read(MapReader reader)
    {
        ClientTlsSettings tls = new()
        {
            Sni = reader.OptionalText("sni", value => Checks.IsHostName(value) ? null : "must be a host name"),
            InsecureSkipVerify = reader.Flag("insecureSkipVerify"),
            CaFile = reader.OptionalText("caFile", Checks.NotEmpty),
        };
        if (tls.InsecureSkipVerify)
        {
            reader.Warn("insecureSkipVerify", "the endpoint's certificate is not verified: an attacker on the path can read and change everything; use caFile instead");
        }

        return tls;
    }

    internal JsonObject ToJson() => new JsonObject()
        .With("sni", Sni)
        .WithFlag("insecureSkipVerify", InsecureSkipVerify)
        .With("caFile", CaFile);
}
