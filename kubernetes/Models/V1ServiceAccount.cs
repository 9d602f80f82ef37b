using System.Text.Json.Nodes;
using Onboarding.Api.Meta;

namespace Onboarding.Kubernetes.Models;

/// <summary>An identity of workloads (<c>v1 ServiceAccount</c>).</summary>
public sealed record V1ServiceAccount : IKubernetesObject<V1ServiceAccount>
{
    /// <inheritdoc/>
    public static ResourceDefinition Definition { get; } = new("", "v1", "ServiceAccount", "serviceaccounts");

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init; } = new();

    private ObjectSource Source { get; init; } = ObjectSource.None;

    /// <inheritdoc/>
    public static V1ServiceAccount FromJson(JsonObject json) => new()
    {
        Metadata = ObjectMetaJson.Read(json),
        Source = new ObjectSource(json),
    };

    /// <inheritdoc/>
    public JsonObject ToJson() => Source.ToJson(Definition, Metadata);
}
