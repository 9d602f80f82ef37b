using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Embedded;

/// <summary>The OpenAPI documents that clients validate and explain by, in both versions.</summary>
public sealed class OpenApiTests(ControlPlaneFixture fixture) : IClassFixture<ControlPlaneFixture>
{
    private static readonly string[] Kinds =
    [
        "CredentialUse", "JoinToken", "OnboardingPlane", "OnboardingPolicy", "WorkloadAutoRegistration", "WorkloadEntry", "WorkloadGroup",
        "WorkloadKeyBinding",
    ];

    [Fact]
    public async Task Version_2_is_one_document_that_has_every_kind_and_refers_to_nothing_it_lacks()
    {
        JsonObject document = (await fixture.Client.GetAsync("/openapi/v2")).Expect(200).Json;

        document["swagger"]!.ToString().ShouldBe("2.0");
        JsonObject definitions = document["definitions"]!.AsObject();
        KindsOf(definitions).Intersect(Kinds).Order().ShouldBe(Kinds);
        References(document).Distinct().Where(r => !definitions.ContainsKey(r.Replace("#/definitions/", "", StringComparison.Ordinal))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Version_3_is_a_document_for_each_group_and_together_they_have_every_kind()
    {
        JsonObject index = (await fixture.Client.GetAsync("/openapi/v3")).Expect(200).Json;
        List<string> kinds = [];
        foreach ((string group, JsonNode? entry) in index["paths"]!.AsObject())
        {
            JsonObject document = (await fixture.Client.GetAsync(entry!["serverRelativeURL"]!.ToString())).Expect(200).Json;
            document["openapi"]!.ToString().ShouldStartWith("3.");
            JsonObject schemas = document["components"]!["schemas"]!.AsObject();
            kinds.AddRange(KindsOf(schemas));
            References(document).Distinct().Where(r => !schemas.ContainsKey(r.Replace("#/components/schemas/", "", StringComparison.Ordinal)))
                .ShouldBeEmpty(group);
        }

        kinds.Intersect(Kinds).Order().ShouldBe(Kinds);
    }

    private static IEnumerable<string> KindsOf(JsonObject schemas) => schemas
        .SelectMany(s => s.Value!["x-kubernetes-group-version-kind"] as JsonArray ?? []).Select(i => i!["kind"]!.ToString());

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject fields => fields.SelectMany(f => f is { Key: "$ref", Value: JsonValue value } ? [value.ToString()] : References(f.Value)),
        JsonArray items => items.SelectMany(References),
        _ => [],
    };
}
