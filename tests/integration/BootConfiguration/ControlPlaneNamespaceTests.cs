using System.Text.Json.Nodes;
using Onboarding.Api.Install;
using Onboarding.Api.Meta;
using Onboarding.Api.Rpc;
using Onboarding.BootConfiguration;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Plane.Cluster;
using Onboarding.Tests.Integration.Endpoint;
using Shouldly;
using Xunit;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Tests.Integration.BootConfiguration;

/// <summary>A control plane in a namespace of another name: everything that names it does so right.</summary>
public sealed class ControlPlaneNamespaceTests : IAsyncLifetime
{
    private const string Mesh = "mesh";
    private TestPlane _plane = null!;

    public async ValueTask InitializeAsync()
    {
        _plane = await TestPlane.StartAsync();
        await _plane.Client.CreateAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = Mesh } });
        // As deploy/token-keys ships it.
        await _plane.Client.CreateAsync(new V1Secret { Metadata = new V1ObjectMeta { Name = ClusterState.TokenKeysSecret, Namespace = Mesh } });
        JsonNode spec = (await _plane.Client.GetAsync<OnboardingPlane>("istio-system", OnboardingPlane.DefaultName)).ToJson()["spec"]!.DeepClone();
        await _plane.Client.CreateAsync(OnboardingPlane.FromJson(new JsonObject { ["metadata"] = Named(OnboardingPlane.DefaultName), ["spec"] = spec }));
        await _plane.Client.CreateAsync(V1Service.FromJson(new JsonObject
        {
            ["metadata"] = Named("istio-eastwestgateway"),
            ["spec"] = new JsonObject { ["ports"] = new JsonArray(new JsonObject { ["name"] = "tls-istiod", ["port"] = 15012 }) },
        }));
        await _plane.Client.PatchAsync<V1Service>(
            Mesh,
            "istio-eastwestgateway",
            V1Patch.Merge(JsonNode.Parse("""{"status": {"loadBalancer": {"ingress": [{"ip": "10.0.0.7"}]}}}""")!),
            new PatchOptions { Subresource = "status" });
    }

    public async ValueTask DisposeAsync() => await _plane.DisposeAsync();

    [Fact]
    public async Task Without_a_revision()
    {
        await CreateAsync("istio", "mesh", "trustDomain: cluster.local\ndefaultConfig: {meshId: other}\n");
        await CreateAsync("istio-sidecar-injector", "values", """{"global": {"multiCluster": {"clusterName": "c1"}}}""");

        Rpc.BootConfiguration boot = await JoinAsync();

        boot.ClusterEnv.ShouldContain("\nISTIO_SYSTEM_NAMESPACE='mesh'\n");
        boot.ClusterEnv.ShouldContain("CA_ADDR='istiod.mesh.svc:15012'\n");
        boot.ClusterEnv.ShouldContain("\nISTIO_META_CLUSTER_ID='c1'\n");
        boot.MeshYaml.ShouldContain("  meshId: other\n");
        boot.Hosts.ShouldBe("10.0.0.7 istiod.mesh.svc\n");
    }

    [Fact]
    public async Task With_the_revision_of_its_own_default_tag()
    {
        await CreateAsync("istio-r1", "mesh", "trustDomain: cluster.local\n");
        await _plane.Client.CreateAsync(new RevisionTag
        {
            Metadata = new V1ObjectMeta
            {
                Name = RevisionTag.NameOf(RevisionTag.Default, Mesh),
                Labels = new Dictionary<string, string> { ["istio.io/rev"] = "r1" },
            },
        });

        Rpc.BootConfiguration boot = await JoinAsync();

        boot.ClusterEnv.ShouldContain("\nISTIO_SYSTEM_NAMESPACE='mesh'\n");
        boot.ClusterEnv.ShouldContain("CA_ADDR='istiod-r1.mesh.svc:15012'\n");
        boot.ClusterEnv.ShouldContain("\nISTIO_META_CLUSTER_ID='Kubernetes'\n");
        boot.MeshYaml.ShouldContain("  discoveryAddress: istiod-r1.mesh.svc:15012\n");
        boot.Hosts.ShouldBe("10.0.0.7 istiod-r1.mesh.svc\n");
    }

    private static JsonObject Named(string name) => new() { ["name"] = name, ["namespace"] = Mesh };

    private Task<V1ConfigMap> CreateAsync(string name, string key, string text) => _plane.Client.CreateAsync(new V1ConfigMap
    {
        Metadata = new V1ObjectMeta { Name = name, Namespace = Mesh },
        Data = new Dictionary<string, string> { [key] = text },
    });

    // The endpoint starts when everything it reads is there, so that it sees it from its first answer on.
    private async Task<Rpc.BootConfiguration> JoinAsync()
    {
        await using TestReplica replica = await TestReplica.StartAsync(
            _plane, _plane.KubeconfigPath, options: o => o with { Namespace = Mesh });
        TestAgent agent = _plane.Agent(through: replica.Channel);
        using TestSession session = await agent.JoinAsync();
        return (await session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration)).BootConfiguration;
    }
}
