using System.Text.Json.Nodes;
using Onboarding.Documents;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Embedded;

/// <summary>What <c>kubectl explain</c> tells of kinds that people write are the fields that readers know, and those that people use.</summary>
public sealed class ExplainedFieldTests(ControlPlaneFixture fixture) : IClassFixture<ControlPlaneFixture>
{
    [Theory]
    [InlineData("authorization.onboarding.tetrate.io", "OnboardingPolicy", "onboardingpolicies")]
    [InlineData("install.onboarding.tetrate.io", "OnboardingPlane", "onboardingplanes")]
    public async Task Every_field_that_is_explained_is_one_that_the_plane_reads(string group, string kind, string plural)
    {
        JsonNode spec = Example(await SpecAsync(group, kind));
        string path = $"/apis/{group}/v1alpha1/namespaces/{await fixture.NamespaceAsync()}/{plural}?fieldValidation=Strict&dryRun=All";

        ApiAnswer answer = await fixture.Client.PostAsync(path, $$"""{"metadata":{"name":"x"},"spec":{{spec.ToJsonString()}}}""");

        // Unknown fields are told first, with another code: here only values are wrong.
        answer.Refused(422, "Invalid").ShouldNotContain("unknown field");
    }

    [Fact]
    public async Task Every_field_of_the_sample_policies_is_explained()
    {
        JsonNode schema = await SpecAsync("authorization.onboarding.tetrate.io", "OnboardingPolicy");
        string[] files = Directory.GetFiles(Path.Combine(Repository.Root, "samples", "policies"), "*.yaml");
        files.Length.ShouldBeGreaterThan(8);
        foreach (string file in files)
        {
            foreach (JsonObject policy in ResourceReader.ReadManifest(await File.ReadAllBytesAsync(file)).Value!
                .Where(d => d["kind"]!.ToString() == "OnboardingPolicy"))
            {
                Unexplained(policy["spec"], schema, "spec").ShouldBeEmpty(file);
            }
        }
    }

    private async Task<JsonNode> SpecAsync(string group, string kind) =>
        (await fixture.Client.GetAsync($"/openapi/v3/apis/{group}/v1alpha1")).Expect(200).Json["components"]!["schemas"]!.AsObject()
            .Select(s => s.Value!).Single(s => s["x-kubernetes-group-version-kind"]?[0]?["kind"]?.ToString() == kind)["properties"]!["spec"]!;

    /// <summary>A value with every field there is, of the right type and with no other sense.</summary>
    private static JsonNode Example(JsonNode schema) => schema["type"]?.ToString() switch
    {
        "array" => new JsonArray(Example(schema["items"]!)),
        "integer" => JsonValue.Create(0),
        "boolean" => JsonValue.Create(true),
        "object" => new JsonObject((schema["properties"] as JsonObject ?? []).Select(p => KeyValuePair.Create(p.Key, (JsonNode?)Example(p.Value!)))),
        _ => JsonValue.Create("?"),
    };

    private static IEnumerable<string> Unexplained(JsonNode? value, JsonNode schema, string path) => value switch
    {
        JsonArray items => items.SelectMany(i => Unexplained(i, schema["items"]!, $"{path}[]")),
        JsonObject when schema["additionalProperties"] is not null => [],
        JsonObject fields => fields.SelectMany(f => schema["properties"]?[f.Key] is { } known
            ? Unexplained(f.Value, known, $"{path}.{f.Key}")
            : [$"{path}.{f.Key}"]),
        _ => [],
    };
}
