using System.Text.Json.Nodes;
using Onboarding.Embedded.Kinds;
using Onboarding.Embedded.Patching;

namespace Onboarding.Embedded.OpenApi;

/// <summary>
/// Writes the operations of a kind. Clients read little of them, but that they do read: which kind a path is of, that writes take
/// <c>dryRun</c> and <c>fieldValidation</c>, and which patches are understood.
/// </summary>
internal static class PathDocument
{
    private static readonly string[] Modifying = ["dryRun", "fieldManager", "fieldValidation"];

    private static readonly string[] Listing =
        ["allowWatchBookmarks", "continue", "fieldSelector", "labelSelector", "limit", "resourceVersion", "resourceVersionMatch", "watch"];

    public static IEnumerable<KeyValuePair<string, JsonNode?>> Write(Kind kind, string version, bool v3)
    {
        string root = kind.Group.Length == 0 ? $"/api/{version}" : $"/apis/{kind.Group}/{version}";
        string collection = kind.Namespaced ? $"{root}/namespaces/{{namespace}}/{kind.Plural}" : $"{root}/{kind.Plural}";
        var whole = new JsonObject
        {
            ["get"] = Operation(kind, version, "list", Listing, v3),
            ["post"] = Operation(kind, version, "post", Modifying, v3),
            ["delete"] = Operation(kind, version, "deletecollection", ["dryRun"], v3),
        };
        yield return KeyValuePair.Create<string, JsonNode?>(collection, whole);
        yield return KeyValuePair.Create<string, JsonNode?>($"{collection}/{{name}}", Named(kind, version, v3, delete: true));
        if (kind.HasStatus)
        {
            yield return KeyValuePair.Create<string, JsonNode?>($"{collection}/{{name}}/status", Named(kind, version, v3, delete: false));
        }

        if (kind.Namespaced)
        {
            yield return KeyValuePair.Create<string, JsonNode?>(
                $"{root}/{kind.Plural}", new JsonObject { ["get"] = Operation(kind, version, "list", Listing, v3) });
        }
    }

    private static JsonObject Named(Kind kind, string version, bool v3, bool delete)
    {
        var operations = new JsonObject
        {
            ["get"] = Operation(kind, version, "get", [], v3),
            ["put"] = Operation(kind, version, "put", Modifying, v3),
            ["patch"] = Operation(kind, version, "patch", [.. Modifying, "force"], v3),
        };
        if (delete)
        {
            operations["delete"] = Operation(kind, version, "delete", ["dryRun", "propagationPolicy"], v3);
        }

        return operations;
    }

    private static JsonObject Operation(Kind kind, string version, string action, string[] parameters, bool v3)
    {
        var operation = new JsonObject
        {
            ["x-kubernetes-action"] = action,
            ["x-kubernetes-group-version-kind"] = SchemaDocument.Identity(kind, version),
            ["parameters"] = new JsonArray([.. parameters.Select(p => Parameter(p, v3))]),
            ["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK" } },
        };
        if (action == "patch")
        {
            string[] types = [.. PatchTypes.All.Where(t => t != PatchTypes.Strategic || kind.BuiltIn)];
            if (v3)
            {
                operation["requestBody"] = new JsonObject
                {
                    ["content"] = new JsonObject(types.Select(t => KeyValuePair.Create<string, JsonNode?>(t, new JsonObject()))),
                };
            }
            else
            {
                operation["consumes"] = new JsonArray([.. types.Select(t => JsonValue.Create(t))]);
            }
        }

        return operation;
    }

    private static JsonObject Parameter(string name, bool v3)
    {
        bool flag = name is "force" or "watch" or "allowWatchBookmarks";
        string type = flag ? "boolean" : name == "limit" ? "integer" : "string";
        var parameter = new JsonObject { ["name"] = name, ["in"] = "query" };
        if (v3)
        {
            parameter["schema"] = new JsonObject { ["type"] = type, ["uniqueItems"] = true };
        }
        else
        {
            parameter["type"] = type;
            parameter["uniqueItems"] = true;
        }

        return parameter;
    }
}
