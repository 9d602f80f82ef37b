using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Embedded;

public sealed class WatchTests(ControlPlaneFixture fixture) : IClassFixture<ControlPlaneFixture>
{
    private ApiClient Client => fixture.Client;

    [Fact]
    public async Task A_watch_resumes_from_a_version_and_goes_on_with_what_happens()
    {
        string path = $"/api/v1/namespaces/{await fixture.NamespaceAsync()}/configmaps";
        string version = (await Client.GetAsync(path))["metadata", "resourceVersion"]!;
        await Client.PostAsync(path, """{"metadata":{"name":"x"}}""");
        await using IAsyncEnumerator<JsonObject> events =
            Client.WatchAsync($"{path}?watch=true&resourceVersion={version}").GetAsyncEnumerator();
        await Expect(events, "ADDED", "x");
        await Client.MergeAsync($"{path}/x", """{"data":{"a":"b"}}""");
        (await Expect(events, "MODIFIED", "x"))["data"]!["a"]!.ToString().ShouldBe("b");
        await Client.DeleteAsync($"{path}/x");
        await Expect(events, "DELETED", "x");
    }

    [Fact]
    public async Task A_watch_without_a_version_begins_with_what_there_is()
    {
        string path = $"/api/v1/namespaces/{await fixture.NamespaceAsync()}/configmaps";
        await Client.PostAsync(path, """{"metadata":{"name":"x"}}""");
        await using IAsyncEnumerator<JsonObject> events =
            Client.WatchAsync($"{path}?watch=true&fieldSelector=metadata.name%3Dx").GetAsyncEnumerator();
        await Expect(events, "ADDED", "x");
    }

    [Fact]
    public async Task Objects_enter_and_leave_a_selection()
    {
        string path = $"/api/v1/namespaces/{await fixture.NamespaceAsync()}/configmaps";
        string version = (await Client.GetAsync(path))["metadata", "resourceVersion"]!;
        await using IAsyncEnumerator<JsonObject> events =
            Client.WatchAsync($"{path}?watch=true&resourceVersion={version}&labelSelector=a%3Db").GetAsyncEnumerator();
        await Client.PostAsync(path, """{"metadata":{"name":"x"}}""");
        await Client.MergeAsync($"{path}/x", """{"metadata":{"labels":{"a":"b"}}}""");
        await Expect(events, "ADDED", "x");
        await Client.MergeAsync($"{path}/x", """{"metadata":{"labels":{"a":null}}}""");
        await Expect(events, "DELETED", "x");
    }

    [Fact]
    public async Task Initial_events_end_with_a_bookmark()
    {
        string path = $"/api/v1/namespaces/{await fixture.NamespaceAsync()}/secrets";
        await using IAsyncEnumerator<JsonObject> events = Client.WatchAsync(
            $"{path}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true").GetAsyncEnumerator();
        (await events.MoveNextAsync()).ShouldBeTrue();
        events.Current["type"]!.ToString().ShouldBe("BOOKMARK");
        events.Current["object"]!["metadata"]!["annotations"]!["k8s.io/initial-events-end"]!.ToString().ShouldBe("true");
    }

    [Fact]
    public async Task A_watch_ends_when_its_time_is_over()
    {
        int count = 0;
        await foreach (JsonObject _ in Client.WatchAsync("/api/v1/namespaces/default/secrets?watch=true&timeoutSeconds=1"))
        {
            count++;
        }

        count.ShouldBe(0);
    }

    private static async Task<JsonObject> Expect(IAsyncEnumerator<JsonObject> events, string type, string name)
    {
        (await events.MoveNextAsync()).ShouldBeTrue();
        events.Current["type"]!.ToString().ShouldBe(type);
        JsonObject value = events.Current["object"]!.AsObject();
        value["metadata"]!["name"]!.ToString().ShouldBe(name);
        return value;
    }
}
