using System.Text.Json.Nodes;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Embedded;

public sealed class ListingTests(ControlPlaneFixture fixture) : IClassFixture<ControlPlaneFixture>
{
    private ApiClient Client => fixture.Client;

    [Fact]
    public async Task Pages_are_of_one_snapshot()
    {
        string path = $"/api/v1/namespaces/{await fixture.NamespaceAsync()}/secrets";
        foreach (string name in (string[])["a", "b", "c"])
        {
            await CreateAsync(path, name);
        }

        ApiAnswer first = await Client.GetAsync($"{path}?limit=2");
        Names(first).ShouldBe(["a", "b"]);
        first["metadata", "remainingItemCount"].ShouldBe("1");
        await CreateAsync(path, "d");
        await Client.DeleteAsync($"{path}/c");
        ApiAnswer second = await Client.GetAsync($"{path}?limit=2&continue={first["metadata", "continue"]}");
        Names(second).ShouldBe(["c"]);
        second["metadata", "resourceVersion"].ShouldBe(first["metadata", "resourceVersion"]);
        second["metadata", "continue"].ShouldBeNull();
        (await Client.GetAsync($"{path}?limit=2&continue=nonsense")).Refused(400, "BadRequest");
    }

    [Theory]
    [InlineData("labelSelector=app%3Da", "x")]
    [InlineData("labelSelector=app!%3Da", "y,z")]
    [InlineData("labelSelector=app+in+(a,b)", "x,y")]
    [InlineData("labelSelector=app+notin+(a,b)", "z")]
    [InlineData("labelSelector=app,app!%3Db", "x")]
    [InlineData("labelSelector=!app", "z")]
    [InlineData("fieldSelector=metadata.name%3Dy", "y")]
    [InlineData("fieldSelector=metadata.name!%3Dy", "x,z")]
    public async Task Selectors_select(string query, string expected)
    {
        string path = $"/api/v1/namespaces/{await fixture.NamespaceAsync()}/secrets";
        await CreateAsync(path, "x", "a");
        await CreateAsync(path, "y", "b");
        await CreateAsync(path, "z");
        Names(await Client.GetAsync($"{path}?{query}")).ShouldBe(expected.Split(','));
    }

    [Fact]
    public async Task Fields_that_cannot_be_selected_by_are_refused() =>
        (await Client.GetAsync("/api/v1/configmaps?fieldSelector=data.x%3Dy")).Refused(400, "BadRequest")
            .ShouldBeGolden();

    [Fact]
    public async Task Lists_come_as_tables()
    {
        string space = await fixture.NamespaceAsync();
        string path = $"/apis/runtime.onboarding.tetrate.io/v1alpha1/namespaces/{space}/workloadautoregistrations";
        await Client.PostAsync(path, """{"metadata":{"name":"r"},"spec":{"identity":{},"registration":{}}}""");
        await Client.MergeAsync($"{path}/r/status", """{"status":{"conditions":[{"type":"AgentConnected","status":"True"}]}}""");
        JsonObject table = (await Client.GetAsync(path, "application/json;as=Table;v=v1;g=meta.k8s.io,application/json")).Expect(200).Json;
        table["kind"]!.ToString().ShouldBe("Table");
        table["columnDefinitions"]!.AsArray().Select(c => c!["name"]!.ToString()).ShouldBe(["Name", "Agent Connected", "Age", "Sidecar Ready"]);
        table["rows"]![0]!["cells"]!.AsArray().Take(2).Select(c => c!.ToString()).ShouldBe(["r", "True"]);
    }

    [Fact]
    public async Task A_version_from_the_future_is_refused() =>
        (await Client.GetAsync("/api/v1/configmaps?resourceVersion=999999999")).Refused(504, "Timeout").ShouldContain("Too large resource version");

    private static IEnumerable<string> Names(ApiAnswer list) =>
        list.Expect(200).Json["items"]!.AsArray().Select(i => i!["metadata"]!["name"]!.ToString());

    private async Task CreateAsync(string path, string name, string? app = null)
    {
        var metadata = new JsonObject { ["name"] = name };
        if (app is not null)
        {
            metadata["labels"] = new JsonObject { ["app"] = app };
        }

        (await Client.PostAsync(path, new JsonObject { ["metadata"] = metadata }.ToJsonString())).Expect(201);
    }
}
