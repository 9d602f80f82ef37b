using System.Text.Json.Nodes;

namespace Onboarding.Tests.Integration.KubernetesTests;

/// <summary>Objects as a server sends them.</summary>
internal static class TestObjects
{
    public static JsonObject ConfigMap(string name, string version, string value = "v") => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["metadata"] = new JsonObject
        {
            ["name"] = name,
            ["namespace"] = "ns",
            ["uid"] = $"uid-{name}",
            ["resourceVersion"] = version,
        },
        ["data"] = new JsonObject { ["key"] = value },
    };

    public static string List(string version, string? next, params JsonObject[] items)
    {
        var metadata = new JsonObject { ["resourceVersion"] = version };
        if (next is not null)
        {
            metadata["continue"] = next;
        }

        return new JsonObject { ["kind"] = "ConfigMapList", ["metadata"] = metadata, ["items"] = new JsonArray([.. items]) }.ToJsonString();
    }

    public static string Event(string type, JsonObject value) =>
        new JsonObject { ["type"] = type, ["object"] = value }.ToJsonString();

    public static string Bookmark(string version) => Event(
        "BOOKMARK", new JsonObject { ["kind"] = "ConfigMap", ["metadata"] = new JsonObject { ["resourceVersion"] = version } });

    public static string Error(int code, string reason) => Event(
        "ERROR", new JsonObject { ["kind"] = "Status", ["code"] = code, ["reason"] = reason, ["message"] = "too old" });
}
