using System.Text.Json.Nodes;
using Onboarding.Api.Meta;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.KubernetesTests;

/// <summary>What a controller sends through the package is what a PowerShell session sends without it.</summary>
public sealed class ClusterClientTests
{
    private static readonly V1ConfigMap Map = new()
    {
        Metadata = new V1ObjectMeta { Name = "one", Namespace = "ns", ResourceVersion = "7" },
        Data = new Dictionary<string, string> { ["key"] = "Kätzchen \u0001 <&>" },
    };

    public static TheoryData<string> Operations => ["get", "list", "create", "update", "status", "merge", "json", "apply", "delete", "delete uid", "token"];

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Both_ways_send_the_same(string operation)
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(Answers.Json(
            """{"metadata":{"name":"one","resourceVersion":"1"},"items":[],"status":{"token":"t","expirationTimestamp":"2030-01-01T00:00:00Z"}}"""));
        var configuration = new KubernetesClientConfiguration { Host = server.Address + "/k8s/clusters/c-1" };
        using var direct = new KubernetesClient(configuration);
        using var cluster = new ClusterClient(configuration);

        await RunAsync(direct, operation);
        await RunAsync(cluster.Resources, operation);

        RecordedRequest one = server.Requests[0];
        RecordedRequest other = server.Requests[1];
        (other.Method, other.Path).ShouldBe((one.Method, one.Path));
        other.Query.ShouldBe(one.Query, ignoreOrder: true);
        other.ContentType?.Split(';')[0].ShouldBe(one.ContentType?.Split(';')[0]);
        other.Headers["Accept"].ShouldBe(one.Headers["Accept"]);
        other.Headers["User-Agent"].ShouldBe(one.Headers["User-Agent"]);
        JsonNode.DeepEquals(JsonOf(other), JsonOf(one)).ShouldBeTrue(other.Text);
    }

    [Fact]
    public async Task A_watch_through_the_package_goes_on_over_its_connections()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(
            Answers.Watch([TestObjects.Event("ADDED", TestObjects.ConfigMap("a", "11"))], stay: false),
            Answers.Watch([TestObjects.Event("MODIFIED", TestObjects.ConfigMap("a", "12"))], stay: true));
        using var cluster = new ClusterClient(new KubernetesClientConfiguration { Host = server.Address });

        var versions = new List<string>();
        await foreach (WatchEvent<V1ConfigMap> e in cluster.Resources.WatchAsync<V1ConfigMap>("ns", new WatchOptions { ResourceVersion = "10" }))
        {
            versions.Add(e.ResourceVersion);
            if (versions.Count == 2)
            {
                break;
            }
        }

        versions.ShouldBe(["11", "12"]);
        server.Requests[1].Query["resourceVersion"].ShouldBe("11");
    }

    private static JsonNode? JsonOf(RecordedRequest request) => request.Text.Length == 0 ? null : request.Body;

    private static Task RunAsync(KubernetesClient client, string operation) => operation switch
    {
        "get" => client.GetAsync<V1ConfigMap>("ns", "one"),
        "list" => client.ListAsync<V1ConfigMap>("ns", new ListOptions { LabelSelector = "app in (a,b),x!=y z&w=1" }),
        "create" => client.CreateAsync(Map, new WriteOptions { DryRun = true, FieldManager = "me", FieldValidation = FieldValidation.Strict }),
        "update" => client.UpdateAsync(Map),
        "status" => client.UpdateStatusAsync(Map),
        "merge" => client.PatchAsync<V1ConfigMap>("ns", "one", V1Patch.Merge(new JsonObject { ["data"] = new JsonObject { ["key"] = null } })),
        "json" => client.PatchAsync<V1ConfigMap>("ns", "one", V1Patch.Json(new JsonArray())),
        "apply" => client.PatchAsync<V1ConfigMap>("ns", "one", V1Patch.Apply(Map.ToJson()), new PatchOptions { FieldManager = "me", Force = true }),
        "delete" => client.DeleteAsync<V1ConfigMap>("ns", "one"),
        "delete uid" => client.DeleteAsync<V1ConfigMap>("ns", "one", new DeleteOptions { Uid = "u" }),
        "token" => client.CreateTokenAsync("ns", "default", ["istio-ca"], TimeSpan.FromHours(1)),
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, null),
    };
}
