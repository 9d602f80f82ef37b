using System.Text.Json.Nodes;
using Onboarding.Api.Meta;

namespace Onboarding.Kubernetes.Models;

/// <summary>A namespace (<c>v1 Namespace</c>).</summary>
public sealed record V1Namespace : IKubernetesObject<V1Namespace>
{
    /// <inheritdoc/>
    public static ResourceDefinition Definition { get; } = new("", "v1", "Namespace", "namespaces", Namespaced: false);

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init; } = new();

    /// <summary><c>Active</c> or <c>Terminating</c>; set by the server.</summary>
    public string? Phase { get; private init; }

    private ObjectSource Source { get; init; } = ObjectSource.None;

    /// <inheritdoc/>
    public static V1Namespace FromJson(JsonObject json) => new()
    {
        Metadata = ObjectMetaJson.Read(json),
        Phase = json.Object("status")?.Text("phase"),
        Source = new ObjectSource(json),
    };

    /// <inheritdoc/>
    public JsonObject ToJson() => Source.ToJson(Definition, Metadata);
}
