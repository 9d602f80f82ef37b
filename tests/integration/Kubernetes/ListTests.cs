using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.KubernetesTests;

public sealed class ListTests
{
    private static readonly Answer Gone = Answers.Status(410, "Expired");

    [Fact]
    public async Task A_whole_list_is_fetched_page_by_page()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(Page("5", "c1", "a"), Page("5", "c2", "b"), Page("5", null, "c"));
        using KubernetesClient client = server.Client(new KubernetesClientOptions { PageSize = 1 });

        KubernetesList<V1ConfigMap> list = await client.ListAsync<V1ConfigMap>("ns", new ListOptions { LabelSelector = "x=y", ResourceVersion = "0" });

        list.Items.Select(i => i.Metadata.Name).ShouldBe(["a", "b", "c"]);
        list.ResourceVersion.ShouldBe("5");
        list.Continue.ShouldBeNull();
        server.Requests.ShouldAllBe(r => r.Query["limit"] == "1" && r.Query["labelSelector"] == "x=y");
        server.Requests.Select(r => r.Query.GetValueOrDefault("continue")).ShouldBe([null, "c1", "c2"]);
        server.Requests.Select(r => r.Query.GetValueOrDefault("resourceVersion")).ShouldBe(["0", null, null]);
    }

    [Fact]
    public async Task An_exact_moment_is_asked_for_once_and_its_pages_go_on_from_there()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(Page("5", "c1", "a"), Page("5", null, "b"));
        using KubernetesClient client = server.Client(new KubernetesClientOptions { PageSize = 1 });

        await client.ListAsync<V1ConfigMap>("ns", new ListOptions { ResourceVersion = "5", IsExact = true });

        server.Requests.Select(r => r.Query.GetValueOrDefault("resourceVersionMatch")).ShouldBe(["Exact", null]);
    }

    [Fact]
    public async Task One_page_is_what_was_asked_for()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(Page("5", "c1", "a"));
        using KubernetesClient client = server.Client();

        KubernetesList<V1ConfigMap> list = await client.ListAsync<V1ConfigMap>("ns", new ListOptions { Limit = 1 });

        list.Items.Count.ShouldBe(1);
        list.Continue.ShouldBe("c1");
    }

    [Fact]
    public async Task A_list_whose_moment_is_forgotten_halfway_starts_over()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(
            Page("5", "c1", "a"), Gone, Page("9", "d1", "a"), Page("9", null, "b"));
        using KubernetesClient client = server.Client();

        KubernetesList<V1ConfigMap> list = await client.ListAsync<V1ConfigMap>("ns");

        list.Items.Select(i => i.Metadata.Name).ShouldBe(["a", "b"]);
        list.ResourceVersion.ShouldBe("9");
    }

    [Fact]
    public async Task A_list_that_is_forgotten_again_and_again_is_asked_for_in_one_piece()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(
            Page("1", "c", "a"), Gone, Page("2", "c", "a"), Gone, Page("3", "c", "a"), Gone, Page("4", null, "a", "b"));
        using KubernetesClient client = server.Client();

        KubernetesList<V1ConfigMap> list = await client.ListAsync<V1ConfigMap>("ns");

        list.Items.Count.ShouldBe(2);
        server.Requests[^1].Query.Keys.ShouldNotContain("limit");
    }

    [Fact]
    public async Task A_page_that_expired_is_the_callers_affair()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(Gone);
        using KubernetesClient client = server.Client();

        KubernetesException e = await Should.ThrowAsync<KubernetesException>(
            () => client.ListAsync<V1ConfigMap>("ns", new ListOptions { Limit = 1, Continue = "c" }));

        e.IsExpired.ShouldBeTrue();
    }

    [Fact]
    public async Task Items_know_their_kind_though_lists_leave_it_out()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(
            Answers.Json("""{"metadata":{"resourceVersion":"5"},"items":[{"metadata":{"name":"a","namespace":"ns"}}, 7]}"""));
        using KubernetesClient client = server.Client();

        KubernetesList<V1ConfigMap> list = await client.ListAsync<V1ConfigMap>("ns");

        ((string?)list.Items.Single().ToJson()["kind"]).ShouldBe("ConfigMap");
    }

    private static Answer Page(string version, string? next, params string[] names) =>
        Answers.Json(TestObjects.List(version, next, [.. names.Select(n => TestObjects.ConfigMap(n, "1"))]));
}
