using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Onboarding.Embedded.Discovery;
using Onboarding.Embedded.Json;
using Onboarding.Embedded.Kinds;
using Onboarding.Embedded.Schemas;

namespace Onboarding.Embedded.OpenApi;

/// <summary>The OpenAPI documents; the same for the life of the process, so each is written once.</summary>
internal static class OpenApiDocuments
{
    private static readonly Lazy<byte[]> Second = new(() => JsonText.Bytes(WriteV2()));

    private static readonly ConcurrentDictionary<string, byte[]> Third = new();

    /// <summary>Swagger 2.0 of everything.</summary>
    public static byte[] V2 => Second.Value;

    /// <summary>The list of OpenAPI 3 documents, one per group and version.</summary>
    public static JsonObject Index()
    {
        var paths = new JsonObject();
        foreach (ServedGroup group in ServedGroups.All)
        {
            foreach (string version in group.Versions)
            {
                string path = group.Name.Length == 0 ? $"api/{version}" : $"apis/{group.Name}/{version}";
                string hash = Convert.ToHexString(SHA256.HashData(V3(group.Name, version)!));
                paths[path] = new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{path}?hash={hash}" };
            }
        }

        return new JsonObject { ["paths"] = paths };
    }

    /// <summary>OpenAPI 3 of a group and version; null if there is none.</summary>
    public static byte[]? V3(string group, string version) =>
        ServedGroups.Find(group) is { } served && served.Versions.Contains(version)
            ? Third.GetOrAdd($"{group}/{version}", _ => JsonText.Bytes(WriteV3(group, version)))
            : null;

    private static JsonObject WriteV3(string group, string version)
    {
        Kind[] kinds = [.. KindRegistry.All.Where(k => k.Group == group && k.Versions.Contains(version))];
        var schemas = new JsonObject { [SchemaDocument.ObjectMeta] = SchemaDocument.Write(MetadataSchema.ObjectMeta) };
        foreach (Kind kind in kinds)
        {
            schemas[SchemaDocument.Name(kind, version)] = SchemaDocument.Write(kind, version, "#/components/schemas/");
        }

        return new JsonObject
        {
            ["openapi"] = "3.0.0",
            ["info"] = Info(),
            ["paths"] = new JsonObject(kinds.SelectMany(k => PathDocument.Write(k, version, v3: true))),
            ["components"] = new JsonObject { ["schemas"] = schemas },
        };
    }

    private static JsonObject WriteV2()
    {
        var definitions = new JsonObject { [SchemaDocument.ObjectMeta] = SchemaDocument.Write(MetadataSchema.ObjectMeta) };
        var paths = new JsonObject();
        foreach (Kind kind in KindRegistry.All)
        {
            foreach (string version in kind.Versions)
            {
                definitions[SchemaDocument.Name(kind, version)] = SchemaDocument.Write(kind, version, "#/definitions/");
                foreach ((string path, JsonNode? operations) in PathDocument.Write(kind, version, v3: false))
                {
                    paths[path] = operations;
                }
            }
        }

        return new JsonObject { ["swagger"] = "2.0", ["info"] = Info(), ["paths"] = paths, ["definitions"] = definitions };
    }

    private static JsonObject Info() => new() { ["title"] = "Kubernetes", ["version"] = "v1.32.0" };
}
