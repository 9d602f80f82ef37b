using System.Text;
using System.Text.Json.Nodes;
using Onboarding.Api.Istio;
using Onboarding.Api.Meta;
using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.BootConfiguration;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;
using Onboarding.Tests.Integration.Endpoint;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Rollouts;

/// <summary>Everything a boot configuration is made of: a change of it reaches a member that is connected.</summary>
public sealed class WatchedInputTests : IAsyncLifetime
{
    private const string MeshR1 = "trustDomain: cluster.local\ndefaultConfig: {meshId: r1}\n";

    private readonly TestCertificates _authority = new("next CA");
    private TestPlane _plane = null!;
    private TestAgent _agent = null!;
    private TestSession _session = null!;

    public async ValueTask InitializeAsync()
    {
        _plane = await TestPlane.StartAsync(new JsonObject { ["rollout"] = new JsonObject { ["paused"] = true } });
        _agent = _plane.Agent();
        _session = await _agent.JoinAsync();
        PlaneMessage first = await _session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration);
        await _session.SendAsync(new AgentMessage
        {
            BootConfigurationStatus = new BootConfigurationStatus { Generation = first.BootConfiguration.Version.Generation, SidecarRestarted = true },
        });
        await _session.SendAsync(new AgentMessage { Heartbeat = new Heartbeat() });
        await _session.NextAsync(PlaneMessage.MessageOneofCase.Heartbeat);
    }

    public async ValueTask DisposeAsync()
    {
        _session.Dispose();
        await _plane.DisposeAsync();
        _authority.Dispose();
    }

    [Fact]
    public Task The_mesh_configuration() => WaitsAsync(
        async () =>
        {
            V1ConfigMap mesh = await _plane.Client.GetAsync<V1ConfigMap>("istio-system", "istio");
            await PatchMapAsync("istio", "mesh", mesh.Data["mesh"].Replace("defaultConfig:", "defaultConfig:\n  meshId: other", StringComparison.Ordinal));
        },
        boot => boot.MeshYaml.Contains("meshId: other", StringComparison.Ordinal));

    [Fact]
    public Task The_cluster_s_name() => WaitsAsync(
        () => PatchMapAsync("istio-sidecar-injector", "values", """{"global": {"multiCluster": {"clusterName": "other"}}}"""),
        boot => boot.ClusterEnv.Contains("ISTIO_META_CLUSTER_ID='other'", StringComparison.Ordinal));

    [Fact]
    public Task The_group() => WaitsAsync(
        () => _plane.Client.PatchAsync<WorkloadGroup>(
            "bookinfo", "ratings", V1Patch.Merge(JsonNode.Parse("""{"spec": {"template": {"labels": {"team": "blue"}}}}""")!)),
        boot => boot.ClusterEnv.Contains("\"team\":\"blue\"", StringComparison.Ordinal));

    [Fact]
    public Task The_root_certificate() => WaitsAsync(
        () => _plane.Client.CreateAsync(V1Secret.FromJson(new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "cacerts", ["namespace"] = "istio-system" },
            ["data"] = new JsonObject { ["root-cert.pem"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(_authority.AuthorityPem)) },
        })),
        boot => boot.RootCertPem.Contains(_authority.AuthorityPem, StringComparison.Ordinal));

    [Fact]
    public Task The_network_of_the_namespace() => WaitsAsync(
        () => _plane.Client.PatchAsync<V1Namespace>(
            null, "bookinfo", V1Patch.Merge(JsonNode.Parse("""{"metadata": {"labels": {"topology.istio.io/network": "vm"}}}""")!)),
        boot => boot.ClusterEnv.Contains("ISTIO_META_NETWORK='vm'", StringComparison.Ordinal));

    [Fact]
    public Task The_default_revision_tag() => WaitsAsync(
        async () =>
        {
            await _plane.Client.CreateAsync(new V1ConfigMap
            {
                Metadata = new V1ObjectMeta { Name = "istio-r1", Namespace = "istio-system" },
                Data = new Dictionary<string, string> { ["mesh"] = MeshR1 },
            });
            await _plane.Client.CreateAsync(new RevisionTag
            {
                Metadata = new V1ObjectMeta
                {
                    Name = RevisionTag.NameOf("default", "istio-system"),
                    Labels = new Dictionary<string, string> { ["istio.io/rev"] = "r1" },
                },
            });
        },
        boot => boot.ClusterEnv.Contains("CA_ADDR='istiod-r1.istio-system.svc:15012'", StringComparison.Ordinal)
            && boot.MeshYaml.Contains("meshId: r1", StringComparison.Ordinal));

    [Fact]
    public async Task The_tag_that_a_member_asked_for()
    {
        foreach (string revision in (string[])["r1", "r2"])
        {
            await _plane.Client.CreateAsync(new V1ConfigMap
            {
                Metadata = new V1ObjectMeta { Name = $"istio-{revision}", Namespace = "istio-system" },
                Data = new Dictionary<string, string> { ["mesh"] = MeshR1 },
            });
        }

        string tag = RevisionTag.NameOf("prod", "istio-system");
        await _plane.Client.CreateAsync(new RevisionTag
        {
            Metadata = new V1ObjectMeta { Name = tag, Labels = new Dictionary<string, string> { ["istio.io/rev"] = "r1" } },
        });
        TestAgent agent = _plane.Agent("host-2");
        await agent.AuthorizeAsync();
        RegisterWorkloadRequest request = agent.RegisterRequest();
        request.Registration.Sidecar.Istio.Revision = "prod";
        await agent.RegisterAsync(request);
        TestSession? session = null;
        try
        {
            // Until the plane has seen the tag, it takes the name for a revision that there is none of, and refuses.
            await Eventually.Is(
                async () =>
                {
                    try
                    {
                        session?.Dispose();
                        session = await agent.ConnectAsync();
                        return Names((await session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration)).BootConfiguration, "r1");
                    }
                    catch (Grpc.Core.RpcException e) when (e.StatusCode == Grpc.Core.StatusCode.Unavailable)
                    {
                        return false;
                    }
                },
                "the tag's first revision is in force");

            await _plane.Client.PatchAsync<RevisionTag>(
                null, tag, V1Patch.Merge(JsonNode.Parse("""{"metadata": {"labels": {"istio.io/rev": "r2"}}}""")!));

            Onboarding.Api.Rpc.BootConfiguration next;
            do
            {
                next = (await session!.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration)).BootConfiguration;
            }
            while (!Names(next, "r2"));
            next.Hosts.ShouldEndWith(" istiod-r2.istio-system.svc\n");
        }
        finally
        {
            session?.Dispose();
        }
    }

    [Fact]
    public async Task What_makes_no_difference_makes_no_version()
    {
        await _plane.Client.PatchAsync<WorkloadGroup>(
            "bookinfo", "ratings", V1Patch.Merge(JsonNode.Parse("""{"metadata": {"labels": {"owner": "me"}}}""")!));
        await WaitsAsync(
            () => PatchMapAsync("istio-sidecar-injector", "values", """{"global": {"multiCluster": {"clusterName": "after"}}}"""),
            boot => boot.ClusterEnv.Contains("'after'", StringComparison.Ordinal),
            generation: 2);
    }

    private static bool Names(Onboarding.Api.Rpc.BootConfiguration boot, string revision) =>
        boot.ClusterEnv.Contains($"CA_ADDR='istiod-{revision}.istio-system.svc:15012'", StringComparison.Ordinal);

    private Task<V1ConfigMap> PatchMapAsync(string name, string key, string text) => _plane.Client.PatchAsync<V1ConfigMap>(
        "istio-system", name, V1Patch.Merge(new JsonObject { ["data"] = new JsonObject { [key] = text } }));

    private async Task WaitsAsync(Func<Task> change, Func<Onboarding.Api.Rpc.BootConfiguration, bool> has, long? generation = null)
    {
        await change();
        Onboarding.Api.Rpc.BootConfiguration boot;
        do
        {
            boot = (await _session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration)).BootConfiguration;
            boot.Pending.ShouldBeTrue("it restarts the sidecar");
        }
        while (!has(boot));
        boot.Version.Generation.ShouldBe(generation ?? boot.Version.Generation);
        BootConfigurationState state = (await _plane.Client.GetAsync<WorkloadAutoRegistration>("bookinfo", _agent.Registration)).Status!.BootConfiguration!;
        state.Desired!.Generation.ShouldBe(boot.Version.Generation);
        state.Current!.Generation.ShouldBe(1);
    }
}
