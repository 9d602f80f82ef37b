using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>Where agents reach the plane.</summary>
public sealed record PlaneEndpoint
{
    /// <summary>Names in the certificate; at least one.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Secret of type <c>kubernetes.io/tls</c> in the plane's namespace.</summary>
    public required string SecretName { get; init; }

    /// <summary>Ours: cert-manager keeps a certificate in that Secret; null: the Secret is filled by other means.</summary>
    public EndpointCertificate? Certificate { get; init; }

    internal static PlaneEndpoint Read(MapReader reader) => new()
    {
        Hosts = reader.Texts("hosts", Checks.Address, required: true),
        SecretName = reader.RequiredText("secretName"),
        Certificate = reader.Message("certificate", EndpointCertificate.Read),
    };

    internal JsonObject ToJson() => new JsonObject().With("hosts", Hosts).With("secretName", SecretName).With("certificate", Certificate?.ToJson());
}
