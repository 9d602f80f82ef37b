using System.Text.Json.Nodes;
using Onboarding.Api.Meta;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.KubernetesTests;

public sealed class RequestTests
{
    private static readonly V1ConfigMap Map = new()
    {
        Metadata = new V1ObjectMeta { Name = "one", Namespace = "ns", ResourceVersion = "7" },
        Data = new Dictionary<string, string> { ["key"] = "value" },
    };

    [Fact]
    public async Task Get_asks_for_the_path_of_the_kind()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(Answers.ConfigMap());
        using KubernetesClient client = server.Client();

        V1ConfigMap map = await client.GetAsync<V1ConfigMap>("ns", "one");

        map.Metadata.Name.ShouldBe("one");
        map.Metadata.ResourceVersion.ShouldBe("1");
        map.Data["key"].ShouldBe("v");
        server.Requests.Single().Method.ShouldBe("GET");
        server.Requests.Single().Path.ShouldBe("/api/v1/namespaces/ns/configmaps/one");
        server.Requests.Single().Headers["Accept"].ShouldBe("application/json");
        server.Requests.Single().Headers["User-Agent"].ShouldStartWith("onboarding/");
    }

    [Fact]
    public async Task Kinds_of_a_group_and_kinds_of_the_cluster_have_their_own_paths()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(Answers.Json("{}"));
        using KubernetesClient client = server.Client();

        await client.GetAsync<V1Lease>("ns", "a");
        await client.GetAsync<V1Namespace>(null, "b");
        await client.ListAsync<V1Lease>(null);

        server.Requests.Select(r => r.Path).ShouldBe(
            ["/apis/coordination.k8s.io/v1/namespaces/ns/leases/a", "/api/v1/namespaces/b", "/apis/coordination.k8s.io/v1/leases"]);
    }

    [Fact]
    public async Task A_server_behind_a_path_keeps_it()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(Answers.ConfigMap());
        using var client = new KubernetesClient(new KubernetesClientConfiguration { Host = server.Address + "/k8s/clusters/c-1/" });

        await client.GetAsync<V1ConfigMap>("ns", "one");

        server.Requests.Single().Path.ShouldBe("/k8s/clusters/c-1/api/v1/namespaces/ns/configmaps/one");
    }

    [Fact]
    public async Task Try_get_is_null_for_what_does_not_exist()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(Answers.Status(404, "NotFound"));
        using KubernetesClient client = server.Client();

        (await client.TryGetAsync<V1ConfigMap>("ns", "one")).ShouldBeNull();
    }

    [Fact]
    public async Task Selectors_are_sent_escaped()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(Answers.Json(TestObjects.List("5", null)));
        using KubernetesClient client = server.Client();

        await client.ListAsync<V1ConfigMap>("ns", new ListOptions
        {
            LabelSelector = "app in (a,b),x!=y z&w=1",
            FieldSelector = "metadata.name=one",
            ResourceVersion = "0",
        });

        RecordedRequest request = server.Requests.Single();
        request.Query["labelSelector"].ShouldBe("app in (a,b),x!=y z&w=1");
        request.Query["fieldSelector"].ShouldBe("metadata.name=one");
        request.Query["resourceVersion"].ShouldBe("0");
    }

    [Fact]
    public async Task Create_posts_the_object_with_its_kind_and_the_options()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(Answers.ConfigMap());
        using KubernetesClient client = server.Client();

        await client.CreateAsync(Map, new WriteOptions { DryRun = true, FieldManager = "me", FieldValidation = FieldValidation.Strict });

        RecordedRequest request = server.Requests.Single();
        request.Method.ShouldBe("POST");
        request.Path.ShouldBe("/api/v1/namespaces/ns/configmaps");
        request.ContentType.ShouldBe("application/json");
        request.Query.ShouldBe(new Dictionary<string, string> { ["fieldManager"] = "me", ["dryRun"] = "All", ["fieldValidation"] = "Strict" }, ignoreOrder: true);
        ((string?)request.Body["kind"]).ShouldBe("ConfigMap");
        ((string?)request.Body["apiVersion"]).ShouldBe("v1");
        ((string?)request.Body["data"]!["key"]).ShouldBe("value");
    }

    [Fact]
    public async Task Update_puts_the_object_with_its_resource_version()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(Answers.ConfigMap());
        using KubernetesClient client = server.Client();

        await client.UpdateAsync(Map);
        await client.UpdateStatusAsync(Map);

        server.Requests.Select(r => $"{r.Method} {r.Path}").ShouldBe(
            ["PUT /api/v1/namespaces/ns/configmaps/one", "PUT /api/v1/namespaces/ns/configmaps/one/status"]);
        ((string?)server.Requests[0].Body["metadata"]!["resourceVersion"]).ShouldBe("7");
    }

    [Fact]
    public async Task Each_kind_of_patch_has_its_content_type()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(Answers.ConfigMap());
        using KubernetesClient client = server.Client();
        var body = new JsonObject { ["data"] = new JsonObject { ["key"] = null } };

        await client.PatchAsync<V1ConfigMap>("ns", "one", V1Patch.Merge(body));
        await client.PatchAsync<V1ConfigMap>("ns", "one", V1Patch.Json(new JsonArray()), new PatchOptions { Subresource = "status" });
        await client.PatchAsync<V1ConfigMap>("ns", "one", V1Patch.Apply(Map.ToJson()), new PatchOptions { FieldManager = "me", Force = true });

        server.Requests.ShouldAllBe(r => r.Method == "PATCH");
        server.Requests.Select(r => r.ContentType).ShouldBe(
            ["application/merge-patch+json", "application/json-patch+json", "application/apply-patch+yaml"]);
        server.Requests[0].Text.ShouldBe("""{"data":{"key":null}}""");
        server.Requests[1].Path.ShouldBe("/api/v1/namespaces/ns/configmaps/one/status");
        server.Requests[2].Query.ShouldBe(new Dictionary<string, string> { ["fieldManager"] = "me", ["force"] = "true" }, ignoreOrder: true);
    }

    [Fact]
    public async Task Apply_without_a_field_manager_is_refused_before_it_is_sent()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(Answers.ConfigMap());
        using KubernetesClient client = server.Client();

        await Should.ThrowAsync<ArgumentException>(() => client.PatchAsync<V1ConfigMap>("ns", "one", V1Patch.Apply(Map.ToJson())));

        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Delete_carries_preconditions_and_propagation()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(Answers.Json("""{"kind":"Status","status":"Success"}"""));
        using KubernetesClient client = server.Client();

        await client.DeleteAsync<V1ConfigMap>("ns", "one", new DeleteOptions
        {
            Uid = "u",
            ResourceVersion = "7",
            PropagationPolicy = PropagationPolicy.Foreground,
            GracePeriod = TimeSpan.Zero,
            DryRun = true,
        });
        await client.DeleteAsync<V1ConfigMap>("ns", "two");

        JsonNode.DeepEquals(server.Requests[0].Body, JsonNode.Parse(
            """
            {"apiVersion":"v1","kind":"DeleteOptions","preconditions":{"uid":"u","resourceVersion":"7"},
             "propagationPolicy":"Foreground","gracePeriodSeconds":0,"dryRun":["All"]}
            """)).ShouldBeTrue(server.Requests[0].Text);
        server.Requests[1].Text.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("../secrets/x")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a%2fb")]
    [InlineData("")]
    public async Task A_name_that_would_lead_to_another_resource_is_never_sent(string name)
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(Answers.ConfigMap());
        using KubernetesClient client = server.Client();

        await Should.ThrowAsync<ArgumentException>(() => client.GetAsync<V1ConfigMap>("ns", name));
        await Should.ThrowAsync<ArgumentException>(() => client.GetAsync<V1ConfigMap>(name, "one"));

        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_namespaced_object_without_a_namespace_is_refused()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(Answers.ConfigMap());
        using KubernetesClient client = server.Client();

        await Should.ThrowAsync<ArgumentException>(() => client.CreateAsync(new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "one" } }));
        await Should.ThrowAsync<ArgumentException>(() => client.DeleteAsync<V1ConfigMap>(null, "one"));

        server.Requests.ShouldBeEmpty();
    }
}
