using System.Text.Json.Nodes;

namespace Onboarding.Embedded.Discovery;

/// <summary>What the server says about itself and what it serves.</summary>
internal static class DiscoveryDocuments
{
    public static JsonObject Version() => new()
    {
        ["major"] = "1",
        ["minor"] = "32",
        ["gitVersion"] = "v1.32.0+onboarding",
        ["gitCommit"] = "",
        ["gitTreeState"] = "clean",
        ["buildDate"] = "1970-01-01T00:00:00Z",
        ["goVersion"] = "none",
        ["compiler"] = "dotnet",
        ["platform"] = "embedded",
    };

    public static JsonObject CoreVersions(string address) => new()
    {
        ["kind"] = "APIVersions",
        ["versions"] = new JsonArray("v1"),
        ["serverAddressByClientCIDRs"] = new JsonArray(
            new JsonObject { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = address }),
    };

    public static JsonObject Groups() => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. ServedGroups.All.Where(g => g.Name.Length > 0).Select(Group)]),
    };

    public static JsonObject? OneGroup(string name) =>
        ServedGroups.Find(name) is { } group ? Group(group, document: true) : null;

    public static JsonObject? Resources(string group, string version)
    {
        if (ServedGroups.Find(group) is not { } served || !served.Versions.Contains(version))
        {
            return null;
        }

        return new JsonObject
        {
            ["kind"] = "APIResourceList",
            ["apiVersion"] = "v1",
            ["groupVersion"] = group.Length == 0 ? version : $"{group}/{version}",
            ["resources"] = new JsonArray([.. ServedGroups.Resources(group, version).Select(r => r.ToJson())]),
        };
    }

    private static JsonObject Group(ServedGroup group) => Group(group, document: false);

    private static JsonObject Group(ServedGroup group, bool document)
    {
        var json = new JsonObject();
        if (document)
        {
            json["kind"] = "APIGroup";
            json["apiVersion"] = "v1";
        }

        json["name"] = group.Name;
        json["versions"] = new JsonArray([.. group.Versions.Select(v => Version(group.Name, v))]);
        json["preferredVersion"] = Version(group.Name, group.Versions[0]);
        return json;
    }

    private static JsonObject Version(string group, string version) =>
        new() { ["groupVersion"] = $"{group}/{version}", ["version"] = version };
}
