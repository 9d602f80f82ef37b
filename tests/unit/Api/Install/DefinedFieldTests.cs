using System.Text;
using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Reading;
using Onboarding.Documents;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Api.Install;

/// <summary>Each field that a definition offers in a spec is one that the kind's record knows: none is accepted and then ignored.</summary>
public sealed class DefinedFieldTests
{
    [Fact]
    public void The_plane_knows_each_field_of_its_definition() => Check("onboardingplanes.yaml", ResourceKinds.OnboardingPlane);

    [Fact]
    public void A_policy_knows_each_field_of_its_definition() => Check("onboardingpolicies.yaml", ResourceKinds.OnboardingPolicy);

    private static void Check<T>(string file, ResourceKind<T> kind)
        where T : class
    {
        byte[] content = File.ReadAllBytes(Path.Combine(Repository.Root, "deploy", "crds", file));
        JsonNode definition = ResourceReader.ReadObject(content).Value!["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!;
        JsonNode[] examples = [.. Examples(definition["properties"]!["spec"]!)];
        examples.Length.ShouldBeGreaterThan(20);
        foreach (JsonNode spec in examples)
        {
            var document = new JsonObject
            {
                ["apiVersion"] = kind.ApiVersions[0],
                ["kind"] = kind.Kind,
                ["metadata"] = new JsonObject { ["name"] = "any", ["namespace"] = "any" },
                ["spec"] = spec,
            };
            ResourceReader.Read(kind, Encoding.UTF8.GetBytes(document.ToJsonString())).Problems
                .Where(p => p.Reason == ProblemReason.Unknown).ShouldBeEmpty(spec.ToJsonString());
        }
    }

    /// <summary>A value for each field of a schema, each with that field alone.</summary>
    private static IEnumerable<JsonNode> Examples(JsonNode schema)
    {
        if (schema["properties"] is JsonObject properties)
        {
            return properties.SelectMany(p => Examples(p.Value!).Select(value => new JsonObject { [p.Key] = value }));
        }

        return schema["items"] is { } items
            ? Examples(items).Select(item => new JsonArray(item))
            : [schema["type"]?.ToString() switch
            {
                "object" => new JsonObject(),
                "boolean" => JsonValue.Create(true),
                "integer" => JsonValue.Create(1),
                _ => JsonValue.Create("1"),
            }];
    }
}
