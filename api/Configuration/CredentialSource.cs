using System.Text.Json.Nodes;
using Onboarding.Api.Meta;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Configuration;

/// <summary>A source of credentials. Exactly one member is set. All but <see cref="Plugin"/> are ours.</summary>
public sealed record CredentialSource
{
    /// <summary>A plugin (docs/reference/plugins.md).</summary>
    public PluginConfiguration? Plugin { get; init; }

    /// <summary>Find out the platform, as <c>host.auto</c> does.</summary>
    public EmptyMessage? Auto { get; init; }

    /// <summary>AWS, as <c>host.aws</c>.</summary>
    public AwsHost? Aws { get; init; }

    /// <summary>Google Compute Engine.</summary>
    public EmptyMessage? Gcp { get; init; }

    /// <summary>Azure.</summary>
    public AzureSource? Azure { get; init; }

    /// <summary>The plane's cluster.</summary>
    public KubernetesSource? Kubernetes { get; init; }

    /// <summary>SPIFFE.</summary>
    public SpiffeSource? Spiffe { get; init; }

    /// <summary>A certificate.</summary>
    public X509Source? X509 { get; init; }

    /// <summary>A join token.</summary>
    public JoinTokenSource? JoinToken { get; init; }

    internal static CredentialSource Read(MapReader reader)
    {
        reader.OneOf(required: true, "plugin", "auto", "aws", "gcp", "azure", "kubernetes", "spiffe", "x509", "joinToken");
        return new CredentialSource
        {
            Plugin = reader.Message("plugin", PluginConfiguration.Read),
            Auto = reader.Message("auto", EmptyMessage.Read),
            Aws = reader.Message("aws", AwsHost.Read),
            Gcp = reader.Message("gcp", EmptyMessage.Read),
            Azure = reader.Message("azure", AzureSource.Read),
            Kubernetes = reader.Message("kubernetes", KubernetesSource.Read),
            Spiffe = reader.Message("spiffe", SpiffeSource.Read),
            X509 = reader.Message("x509", X509Source.Read),
            JoinToken = reader.Message("joinToken", JoinTokenSource.Read),
        };
    }

    internal JsonObject ToJson() => new JsonObject()
        .With("plugin", Plugin?.ToJson())
        .With("auto", EmptyMessage.ToJson(Auto))
        .With("aws", Aws?.ToJson())
        .With("gcp", EmptyMessage.ToJson(Gcp))
        .With("azure", Azure?.ToJson())
        .With("kubernetes", Kubernetes?.ToJson())
        .With("spiffe", Spiffe?.ToJson())
        .With("x509", X509?.ToJson())
        .With("joinToken", JoinToken?.ToJson());
}
