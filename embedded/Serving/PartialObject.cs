using System.Text.Json.Nodes;

namespace Onboarding.Embedded.Serving;

/// <summary>An object reduced to its metadata, for clients that ask for no more.</summary>
internal static class PartialObject
{
    public static JsonObject FromObject(JsonObject value) => new()
    {
        ["kind"] = "PartialObjectMetadata",
        ["apiVersion"] = "meta.k8s.io/v1",
        ["metadata"] = value["metadata"]?.DeepClone(),
    };
}
