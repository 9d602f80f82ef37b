using System.Text;
using System.Text.Json.Nodes;
using Onboarding.Documents;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Embedded;

/// <summary>
/// What the control plane has built in is what the definitions say that a real cluster gets: the same fields, types, limits, rules,
/// names and columns. A field that is added on one side only fails here.
/// </summary>
public sealed class DefinitionTests(ControlPlaneFixture fixture) : IClassFixture<ControlPlaneFixture>
{
    public static TheoryData<string> Ours =>
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "deploy", "crds"), "*.yaml").Select(f => Path.GetFileName(f)!)];

    [Theory]
    [MemberData(nameof(Ours))]
    public async Task Our_definitions_say_what_is_built_in(string file)
    {
        JsonObject definition = Read(Path.Combine(Repository.Root, "deploy", "crds", file));
        await CompareNamesAsync(definition);
        foreach (JsonNode? version in definition["spec"]!["versions"]!.AsArray())
        {
            await CompareSchemaAsync(definition, version!, ["description"]);
        }
    }

    [Fact]
    public async Task Istios_definitions_say_what_is_built_in()
    {
        foreach (string name in (string[])["workloadgroup", "workloadentry"])
        {
            JsonObject definition = Read(Path.Combine(IstioData.Directory, "crds", $"{name}.crd.yaml"));
            await CompareNamesAsync(definition);
            foreach (JsonNode? version in definition["spec"]!["versions"]!.AsArray())
            {
                // Their descriptions are longer.
                await CompareSchemaAsync(definition, version!, []);
            }
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

    private async Task CompareSchemaAsync(JsonObject definition, JsonNode version, string[] also)
    {
        JsonNode spec = definition["spec"]!;
        ApiAnswer document = (await fixture.Client.GetAsync($"/openapi/v3/apis/{spec["group"]}/{version["name"]}")).Expect(200);
        JsonNode built = document.Json["components"]!["schemas"]!.AsObject().Select(s => s.Value!).Single(
            s => s["x-kubernetes-group-version-kind"]?[0]?["kind"]?.ToString() == spec["names"]!["kind"]!.ToString());
        Facts(built, also).ShouldBe(Facts(version["schema"]!["openAPIV3Schema"]!, also));
    }

    /// <summary>What a schema says, one fact a line.</summary>
    private static string[] Facts(JsonNode schema, string[] also)
    {
        var facts = new List<string>();
        Visit(schema, "", facts, also);
        return [.. facts.Order(StringComparer.Ordinal)];
    }

    private static void Visit(JsonNode schema, string path, List<string> facts, string[] also)
    {
        string[] simple =
        [
            "type", "format", "pattern", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "maxProperties",
            "default", "x-kubernetes-int-or-string", "x-kubernetes-preserve-unknown-fields", "x-kubernetes-map-type", .. also,
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
                Visit(child!, $"{path}.{name}", facts, also);
            }
        }

        if (schema["items"] is { } items)
        {
            Visit(items, $"{path}[]", facts, also);
        }

        if (schema["additionalProperties"] is JsonObject values)
        {
            Visit(values, $"{path}{{}}", facts, also);
        }
    }

    private static string[] Texts(JsonNode? list) => [.. (list as JsonArray ?? []).Select(t => t!.ToString())];

    private static JsonObject Read(string file) =>
        ResourceReader.ReadManifest(Encoding.UTF8.GetBytes(File.ReadAllText(file))).Value!.Single();
}
