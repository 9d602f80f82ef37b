using System.Text.Json.Nodes;
using Onboarding.Api.Meta;

namespace Onboarding.Endpoint.BootConfiguration;

/// <summary>A node of the cluster, as far as a NodePort goes.</summary>
internal sealed record ClusterNode : IKubernetesObject<ClusterNode>
{
    public static ResourceDefinition Definition { get; } = new("", "v1", "Node", "nodes", Namespaced: false);

    public V1ObjectMeta Metadata { get; init; } = new();

    /// <summary>Its address from outside, else the one inside; null if it has none or isn't ready.</summary>
    public string? Address { get; private init; }

    public static ClusterNode FromJson(JsonObject json)
    {
        JsonObject status = json["status"] as JsonObject ?? [];
        bool isReady = Objects(status, "conditions").Any(c => Text(c, "type") == "Ready" && Text(c, "status") == "True");
        ILookup<string?, string?> addresses = Objects(status, "addresses").ToLookup(a => Text(a, "type"), a => Text(a, "address"));
        return new ClusterNode
        {
            Metadata = ObjectMetaJson.Read(json),
            Address = isReady ? addresses["ExternalIP"].Concat(addresses["InternalIP"]).FirstOrDefault() : null,
        };
    }

    public JsonObject ToJson() => new()
    {
        ["apiVersion"] = Definition.ApiVersion,
        ["kind"] = Definition.Kind,
        ["metadata"] = ObjectMetaJson.Write(Metadata),
    };

    private static IEnumerable<JsonObject> Objects(JsonObject json, string name) => (json[name] as JsonArray)?.OfType<JsonObject>() ?? [];

    private static string? Text(JsonObject json, string name) =>
        json[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
