using System.Text.Json.Nodes;
using Onboarding.Api.Meta;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>How workloads are authenticated. What isn't set isn't accepted.</summary>
public sealed record AuthenticationSettings
{
    /// <summary>By JSON Web Tokens; null: no token is accepted.</summary>
    public JwtAuthenticationSettings? Jwt { get; init; }

    /// <summary>Ours: by what AWS says of its instances and tasks; null: none is accepted.</summary>
    public AwsAuthenticationSettings? Aws { get; init; }

    /// <summary>Ours: by Google Compute Engine.</summary>
    public GcpAuthenticationSettings? Gcp { get; init; }

    /// <summary>Ours: by Azure.</summary>
    public AzureAuthenticationSettings? Azure { get; init; }

    /// <summary>Ours: by the plane's own cluster.</summary>
    public KubernetesAuthenticationSettings? Kubernetes { get; init; }

    /// <summary>Ours: by SPIFFE.</summary>
    public SpiffeAuthenticationSettings? Spiffe { get; init; }

    /// <summary>Ours: by certificates.</summary>
    public X509AuthenticationSettings? X509 { get; init; }

    /// <summary>Ours: set, join tokens are accepted.</summary>
    public EmptyMessage? JoinToken { get; init; }

    internal static AuthenticationSettings Read(MapReader reader) => new()
    {
        Jwt = reader.Message("jwt", JwtAuthenticationSettings.Read),
        Aws = reader.Message("aws", AwsAuthenticationSettings.Read),
        Gcp = reader.Message("gcp", GcpAuthenticationSettings.Read),
        Azure = reader.Message("azure", AzureAuthenticationSettings.Read),
        Kubernetes = reader.Message("kubernetes", KubernetesAuthenticationSettings.Read),
        Spiffe = reader.Message("spiffe", SpiffeAuthenticationSettings.Read),
        X509 = reader.Message("x509", X509AuthenticationSettings.Read),
        JoinToken = reader.Message("joinToken", EmptyMessage.Read),
    };

    internal JsonObject? ToJson()
    {
        JsonObject json = new JsonObject()
            .With("jwt", Jwt?.ToJson())
            .With("aws", Aws?.ToJson())
            .With("gcp", Gcp?.ToJson())
            .With("azure", Azure?.ToJson())
            .With("kubernetes", Kubernetes?.ToJson())
            .With("spiffe", Spiffe?.ToJson())
            .With("x509", X509?.ToJson())
            .With("joinToken", EmptyMessage.ToJson(JoinToken));
        return json.Count == 0 ? null : json;
    }
}
