using System.Text;
using System.Text.Json.Nodes;
using Onboarding.Documents;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Embedded;

/// <summary>
/// The control plane serves what the definitions say that a real cluster gets: the same fields, types, limits, rules, names and columns.
/// What its reader would leave out of a definition fails here.
/// </summary>
public sealed class DefinitionTests(ControlPlaneFixture fixture) : IClassFixture<ControlPlaneFixture>
{
    public static TheoryData<string> Definitions =>
    [
        .. ((string[])["deploy/crds", "embedded/Definitions"])
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.yaml"))
            .Select(file => Path.GetRelativePath(Repository.Root, file)),
    ];

    [Theory]
    [MemberData(nameof(Definitions))]
    public async Task A_definition_is_served_whole(string file)
    {
        JsonObject definition = Read(Path.Combine(Repository.Root, file));
        await CompareNamesAsync(definition);
        foreach (JsonNode? version in definition["spec"]!["versions"]!.AsArray())
        {
            await CompareSchemaAsync(definition, version!);
        }
    }

    private async Task CompareNamesAsync(JsonObject definition)
    {
        JsonNode spec = definition["spec"]!;
        foreach (JsonNode? version in spec["versions"]!.AsArray())
        {
            ApiAnswer served = (await fixture.Client.GetAsync($"/apis/{spec["group"]}/{version!["name"]}")).Expect(200);
            JsonNode resource = served.Json["resources"]!.AsArray().Single(r => r!["name"]!.ToString() == spec["names"]!["plural"]!.ToString())!;
            resource["kind"]!.ToString().ShouldBe(spec["names"]!["kind"]!.ToString());
            resource["singularName"]!.ToString().ShouldBe(spec["names"]!["singular"]!.ToString());
            resource["namespaced"]!.GetValue<bool>().ShouldBe(spec["scope"]!.ToString() == "Namespaced");
            Texts(resource["shortNames"]).ShouldBe(Texts(spec["names"]!["shortNames"]));
            bool status = served.Json["resources"]!.AsArray().Any(r => r!["name"]!.ToString() == $"{spec["names"]!["plural"]}/status");
            status.ShouldBe(version["subresources"]?["status"] is not null);
            await CompareColumnsAsync(spec, version);
        }
    }

    private async Task CompareColumnsAsync(JsonNode spec, JsonNode version)
    {
        ApiAnswer table = await fixture.Client.GetAsync(
            $"/apis/{spec["group"]}/{version["name"]}/{spec["names"]!["plural"]}", "application/json;as=Table;v=v1;g=meta.k8s.io");
        string[] expected = ["Name 0", .. version["additionalPrinterColumns"]!.AsArray().Select(Column)];
        table.Json["columnDefinitions"]!.AsArray().Select(Column).ShouldBe(expected, ignoreOrder: true);

        static string Column(JsonNode? column) => $"{column!["name"]} {column["priority"] ?? 0}";
    }

    private async Task CompareSchemaAsync(JsonObject definition, JsonNode version)
    {
        JsonNode spec = definition["spec"]!;
        ApiAnswer document = (await fixture.Client.GetAsync($"/openapi/v3/apis/{spec["group"]}/{version["name"]}")).Expect(200);
        JsonNode built = document.Json["components"]!["schemas"]!.AsObject().Select(s => s.Value!).Single(
            s => s["x-kubernetes-group-version-kind"]?[0]?["kind"]?.ToString() == spec["names"]!["kind"]!.ToString());
        Facts(built).ShouldBe(Facts(version["schema"]!["openAPIV3Schema"]!));
    }

    /// <summary>What a schema says, one fact a line.</summary>
    private static string[] Facts(JsonNode schema)
    {
        var facts = new List<string>();
        Visit(schema, "", facts);
        return [.. facts.Order(StringComparer.Ordinal)];
    }

    private static void Visit(JsonNode schema, string path, List<string> facts)
    {
        string[] simple =
        [
            "type", "format", "pattern", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "maxProperties",
            "default", "x-kubernetes-int-or-string", "x-kubernetes-preserve-unknown-fields", "x-kubernetes-map-type", "description",
        ];
        facts.AddRange(simple.Where(name => schema[name] is not null).Select(name => $"{path} {name}={schema[name]!.ToJsonString()}"));
        foreach (string name in (string[])["enum", "required", "x-kubernetes-list-map-keys"])
        {
            facts.AddRange(Texts(schema[name]).Select(value => $"{path} {name} {value}"));
        }

        facts.AddRange((schema["x-kubernetes-validations"] as JsonArray ?? []).Select(r => $"{path} rule {r!["message"]}: {r["rule"]}"));
        if (schema["x-kubernetes-list-type"]?.ToString() is { } list and not "atomic")
        {
            facts.Add($"{path} list={list}");
        }

        foreach ((string name, JsonNode? child) in schema["properties"] as JsonObject ?? [])
        {
            // Every object has these.
            if (path.Length > 0 || name is not ("apiVersion" or "kind" or "metadata"))
            {
                Visit(child!, $"{path}.{name}", facts);
            }
        }

        if (schema["items"] is { } items)
        {
            Visit(items, $"{path}[]", facts);
        }

        if (schema["additionalProperties"] is JsonObject values)
        {
            Visit(values, $"{path}{{}}", facts);
        }
    }

    private static string[] Texts(JsonNode? list) => [.. (list as JsonArray ?? []).Select(t => t!.ToString())];

    private static JsonObject Read(string file) =>
        ResourceReader.ReadManifest(Encoding.UTF8.GetBytes(File.ReadAllText(file))).Value!.Single();
}
