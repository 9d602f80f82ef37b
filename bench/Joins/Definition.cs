using System.Text.Json.Nodes;
using Onboarding.Api.Meta;

namespace Onboarding.Bench.Joins;

/// <summary>A CustomResourceDefinition, passed on as it was written.</summary>
internal sealed record Definition : IKubernetesObject<Definition>
{
    private JsonObject Json { get; init; } = [];

    static ResourceDefinition IKubernetesObject<Definition>.Definition { get; } =
        new("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", Namespaced: false);

    public V1ObjectMeta Metadata { get; init; } = new();

    public static Definition FromJson(JsonObject json) => new()
    {
        Metadata = new V1ObjectMeta { Name = json["metadata"]!["name"]!.ToString() },
        Json = json,
    };

    public JsonObject ToJson() => Json.DeepClone().AsObject();
}
