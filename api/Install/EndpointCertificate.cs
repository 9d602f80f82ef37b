using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>Ours: the issuer of cert-manager that the endpoint's certificate is asked of.</summary>
public sealed record EndpointCertificate
{
    /// <summary>Its name.</summary>
    public required string IssuerName { get; init; }

    /// <summary>Its kind: Issuer, ClusterIssuer, or that of another issuer.</summary>
    public string IssuerKind { get; init; } = "Issuer";

    /// <summary>The API group of its kind.</summary>
    public string IssuerGroup { get; init; } = "cert-manager.io";

    internal static EndpointCertificate Read(MapReader reader) =>
        reader.Message("issuerRef", ReadIssuer, required: true) ?? new EndpointCertificate { IssuerName = "" };

    internal JsonObject ToJson() => new JsonObject().With(
        "issuerRef",
        new JsonObject().With("name", IssuerName).With("kind", IssuerKind).With("group", IssuerGroup));

    private static EndpointCertificate ReadIssuer(MapReader reader) => new()
    {
        IssuerName = reader.RequiredText("name"),
        IssuerKind = reader.OptionalText("kind", Checks.NotEmpty) ?? "Issuer",
        IssuerGroup = reader.OptionalText("group", Checks.NotEmpty) ?? "cert-manager.io",
    };
}
