using System.Text.Json.Nodes;
using Onboarding.Api.Meta;

namespace Onboarding.Kubernetes.Models;

/// <summary>Configuration as text (<c>v1 ConfigMap</c>).</summary>
public sealed record V1ConfigMap : IKubernetesObject<V1ConfigMap>
{
    /// <inheritdoc/>
    public static ResourceDefinition Definition { get; } = new("", "v1", "ConfigMap", "configmaps");

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init; } = new();

    /// <summary>Values by key.</summary>
    public IReadOnlyDictionary<string, string> Data { get; init; } = new Dictionary<string, string>();

    /// <summary>True if the server refuses changes.</summary>
    public bool? Immutable { get; init; }

    private ObjectSource Source { get; init; } = ObjectSource.None;

    /// <inheritdoc/>
    public static V1ConfigMap FromJson(JsonObject json) => new()
    {
        Metadata = ObjectMetaJson.Read(json),
        Data = json.Map("data"),
        Immutable = json.Flag("immutable"),
        Source = new ObjectSource(json),
    };

    /// <inheritdoc/>
    public JsonObject ToJson()
    {
        JsonObject json = Source.ToJson(Definition, Metadata);
        json.Put("data", Data.ToJson());
        json.Put("immutable", Immutable);
        return json;
    }
}
