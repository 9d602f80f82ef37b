using System.Text.Json.Nodes;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Embedded;

/// <summary>A small patch can't make an object that takes the process with it.</summary>
public sealed class JsonPatchLimitTests(ControlPlaneFixture fixture) : IClassFixture<ControlPlaneFixture>
{
    [Fact]
    public async Task Copies_that_double_an_object_again_and_again_are_refused()
    {
        var operations = new JsonArray { Operation("add", "/spec", new JsonObject { ["a"] = new string('x', 1024) }) };
        for (int i = 0; i < 40; i++)
        {
            JsonObject copy = Operation("copy", $"/spec/c{i}");
            copy["from"] = "/spec";
            operations.Add(copy);
        }

        (await PatchAsync(operations)).Expect(422).Text.ShouldBeGolden();
    }

    [Fact]
    public async Task Copies_within_the_limit_are_made()
    {
        JsonObject copy = Operation("copy", "/data/b");
        copy["from"] = "/data/a";

        (await PatchAsync([copy])).Expect(200)["data", "b"].ShouldBe("x");
    }

    [Fact]
    public async Task Nesting_that_is_built_level_by_level_is_refused()
    {
        var operations = new JsonArray();
        string path = "";
        for (int i = 0; i < 200; i++)
        {
            path += "/a";
            operations.Add(Operation("add", path, new JsonObject()));
        }

        (await PatchAsync(operations)).Expect(422).Text.ShouldContain("nested deeper than 64");
    }

    [Fact]
    public async Task Nesting_that_is_built_by_moving_is_refused()
    {
        var operations = new JsonArray { Operation("add", "/a", new JsonObject()) };
        for (int i = 0; i < 200; i++)
        {
            operations.Add(Operation("add", "/b", new JsonObject()));
            JsonObject into = Operation("move", "/b/a");
            into["from"] = "/a";
            operations.Add(into);
            JsonObject back = Operation("move", "/a");
            back["from"] = "/b";
            operations.Add(back);
        }

        (await PatchAsync(operations)).Expect(422).Text.ShouldContain("nested deeper than 64");
    }

    private async Task<ApiAnswer> PatchAsync(JsonArray operations)
    {
        string maps = $"/api/v1/namespaces/{await fixture.NamespaceAsync()}/configmaps";
        (await fixture.Client.PostAsync(maps, """{"metadata": {"name": "m"}, "data": {"a": "x"}}""")).Expect(201);
        return await fixture.Client.PatchAsync($"{maps}/m", operations.ToJsonString(), "application/json-patch+json");
    }

    private static JsonObject Operation(string op, string path, JsonNode? value = null)
    {
        var operation = new JsonObject { ["op"] = op, ["path"] = path };
        if (value is not null)
        {
            operation["value"] = value;
        }

        return operation;
    }
}
