using System.Net;
using System.Text.Json.Nodes;
using Onboarding.Api.Istio;
using Onboarding.Api.Meta;
using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.BootConfiguration;
using Onboarding.Endpoint.BootConfiguration;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;
using Onboarding.Tests.Integration.Endpoint;
using Shouldly;
using Xunit;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Tests.Integration.BootConfiguration;

/// <summary>What users of Istio complain about, by the number of the issue, and what a machine gets here.</summary>
public sealed class IstioIssueTests : IAsyncLifetime
{
    private Func<string, IPAddress[]> _names = name => throw new System.Net.Sockets.SocketException(11001, $"{name} isn't known");
    private TestPlane _plane = null!;

    public async ValueTask InitializeAsync() =>
        _plane = await TestPlane.StartAsync(options: o => o with { ResolveHost = (name, _) => Task.FromResult(_names(name)) });

    public async ValueTask DisposeAsync() => await _plane.DisposeAsync();

    [Theory]
    [InlineData("{}", "\"istio-locality\":\"eu-west.a.rack-1\"")]
    [InlineData("""{"istio-locality": "mine"}""", "\"istio-locality\":\"mine\"")]
    [InlineData("""{"topology.istio.io/locality": "mine"}""", "\"topology.istio.io/locality\":\"mine\"")]
    public async Task Issue_37485_the_locality_of_the_template_is_not_lost(string labels, string shown)
    {
        await PatchGroupAsync("""{"spec": {"metadata": {"labels": LABELS}, "template": {"locality": "eu-west/a/rack-1"}}}""".Replace("LABELS", labels, StringComparison.Ordinal));

        Rpc.BootConfiguration boot = (await JoinAsync(b => b.ClusterEnv.Contains("locality\":\"", StringComparison.Ordinal))).Boot;

        boot.ClusterEnv.ShouldContain(shown);
        boot.ClusterEnv.Split("locality\":\"").Length.ShouldBe(2, "one locality, not two");
    }

    [Fact]
    public async Task Issue_42411_the_network_comes_from_the_namespace_and_is_in_the_entry_too()
    {
        await LabelNamespaceAsync("bookinfo", "vm-network");
        await LabelNamespaceAsync("istio-system", "network1");
        await PatchGatewayAsync("""{"metadata": {"labels": {"topology.istio.io/network": "network1"}}}""");

        (TestAgent agent, _) = await JoinAsync(b => Variable(b, "ISTIO_META_NETWORK") == "'vm-network'");

        (await _plane.Client.GetAsync<WorkloadEntry>("bookinfo", agent.Registration)).Spec.Network.ShouldBe("vm-network");
        await Eventually.Is(
            async () => await TryBootAsync(agent) is not null && await NetworkAsync(agent) is not { Status: "False" }, "there is nothing to complain about");
    }

    [Theory]
    [InlineData("", "", "network1", "NetworkUnknown", "kubectl label namespace bookinfo topology.istio.io/network=network1")]
    [InlineData("vm", "other", "network1", "NetworkConflict", "is in network vm, its namespace in other")]
    [InlineData("vm", "", "", "ClusterNetworkUnknown", "kubectl label namespace istio-system topology.istio.io/network=NETWORK")]
    [InlineData("vm", "", "network1", "NetworkHasNoGateway", "label service istio-eastwestgateway topology.istio.io/network=network1")]
    public async Task Issue_42411_networks_that_do_not_fit_are_said(string ofGroup, string ofNamespace, string ofCluster, string reason, string message)
    {
        await LabelNamespaceAsync("bookinfo", ofNamespace);
        await LabelNamespaceAsync("istio-system", ofCluster);
        await PatchGroupAsync("""{"spec": {"template": {"network": "NETWORK"}}}""".Replace("NETWORK", ofGroup, StringComparison.Ordinal));

        (TestAgent agent, _) = await JoinAsync(b => Variable(b, "ISTIO_META_NETWORK") == $"'{ofGroup}'");

        await Eventually.Is(
            async () => await TryBootAsync(agent) is not null && await NetworkAsync(agent) is { Status: "False" } c && c.Reason == reason, reason);
        (await NetworkAsync(agent))!.Message!.ShouldContain(message);
    }

    [Fact]
    public async Task Issue_31624_a_load_balancer_with_a_name_gives_its_addresses()
    {
        _names = name => name == "lb.example.com" ? [IPAddress.Parse("10.0.0.2"), IPAddress.Parse("10.0.0.1")] : [];
        await PatchGatewayAsync("""{"status": {"loadBalancer": {"ingress": [{"hostname": "lb.example.com"}]}}}""");

        await HostsAsync("10.0.0.1 istiod.istio-system.svc\n10.0.0.2 istiod.istio-system.svc\n");
    }

    [Fact]
    public async Task Issue_31624_several_addresses_are_several_lines()
    {
        await PatchGatewayAsync("""{"status": {"loadBalancer": {"ingress": [{"ip": "10.0.0.2"}, {"ip": "10.0.0.1"}]}}}""");

        await HostsAsync("10.0.0.2 istiod.istio-system.svc\n10.0.0.1 istiod.istio-system.svc\n");
    }

    [Fact]
    public async Task Issue_31624_external_addresses_of_a_service_without_a_load_balancer_count()
    {
        await PatchGatewayAsync("""{"status": {"loadBalancer": {"ingress": null}}}""");
        await PatchGatewayAsync("""{"spec": {"externalIPs": ["10.9.9.9"]}}""", ofStatus: false);

        await HostsAsync("10.9.9.9 istiod.istio-system.svc\n");
    }

    [Fact]
    public async Task External_addresses_which_Kubernetes_deprecated_are_said_of_each_member_while_they_are_in_use()
    {
        await PatchGatewayAsync("""{"spec": {"externalIPs": ["10.9.9.9"]}}""", ofStatus: false);
        await PatchGatewayAsync("""{"status": {"loadBalancer": {"ingress": null}}}""");
        (TestAgent agent, _) = await JoinAsync(b => b.Hosts.StartsWith("10.9.9.9 ", StringComparison.Ordinal));
        await Eventually.Is(
            async () => await TryBootAsync(agent) is not null && await GatewayAsync(agent) is { Status: "False", Reason: "ExternalIPsDeprecated" }, "it is said");
        (await GatewayAsync(agent))!.Message!.ShouldContain("10.9.9.9");

        await PatchGatewayAsync("""{"status": {"loadBalancer": {"ingress": [{"ip": "10.0.0.1"}]}}}""");
        await Eventually.Is(async () => await TryBootAsync(agent) is not null && await GatewayAsync(agent) is { Status: "True" }, "it is taken back");
    }

    [Fact]
    public async Task External_addresses_which_Kubernetes_deprecated_are_warned_of_once_for_each_change()
    {
        await PatchGatewayAsync("""{"spec": {"externalIPs": ["10.9.9.9"]}}""", ofStatus: false);
        await PatchGatewayAsync("""{"status": {"loadBalancer": {"ingress": null}}}""");
        await Eventually.Is(() => Task.FromResult(ExternalAddressWarnings().Length == 1), "a warning of the first");

        await PatchGatewayAsync("""{"metadata": {"labels": {"other": "change"}}}""", ofStatus: false);
        await PatchGatewayAsync("""{"spec": {"externalIPs": ["10.9.9.8"]}}""", ofStatus: false);
        await Eventually.Is(() => Task.FromResult(ExternalAddressWarnings().Any(m => m.Contains("10.9.9.8", StringComparison.Ordinal))), "a warning of the second");

        // Neither the load balancer's time beside them nor the change of a label added one.
        ExternalAddressWarnings().Length.ShouldBe(2);
    }

    [Fact]
    public async Task Issue_31624_a_node_port_is_in_every_address_of_istiod()
    {
        await CreateNodeAsync("a", """[{"type": "InternalIP", "address": "10.0.0.5"}]""", ready: true);
        await CreateNodeAsync("b", """[{"type": "InternalIP", "address": "10.0.0.6"}, {"type": "ExternalIP", "address": "1.2.3.4"}]""", ready: true);
        await CreateNodeAsync("c", """[{"type": "InternalIP", "address": "10.0.0.7"}]""", ready: false);
        await SetMeshAsync("trustDomain: cluster.local\ndefaultConfig: {discoveryAddress: 'istiod.istio-system.svc:15012'}\n");
        await PatchGatewayAsync("""{"status": {"loadBalancer": {"ingress": null}}}""");
        await PatchGatewayAsync(
            """{"spec": {"type": "NodePort", "ports": [{"name": "tls-istiod", "port": 15012, "nodePort": 31012}]}}""", ofStatus: false);

        Rpc.BootConfiguration boot = await HostsAsync("1.2.3.4 istiod.istio-system.svc\n10.0.0.5 istiod.istio-system.svc\n");
        Variable(boot, "CA_ADDR").ShouldBe("'istiod.istio-system.svc:31012'");
        MeshYaml.Read(boot.MeshYaml)["defaultConfig"]!["discoveryAddress"]!.GetValue<string>().ShouldBe("istiod.istio-system.svc:31012");
    }

    [Theory]
    [InlineData("""{"status": {"loadBalancer": {"ingress": [{"hostname": "gone.example.com"}]}}}""", "has only names, and none resolves: gone.example.com:")]
    [InlineData("""{"status": {"loadBalancer": {"ingress": null}}}""", "has no address outside the cluster yet; see: kubectl -n istio-system get service istio-eastwestgateway")]
    public async Task Issue_31624_without_an_address_it_fails_loudly(string service, string message)
    {
        await PatchGatewayAsync(service);
        TestAgent agent = _plane.Agent();
        await agent.AuthorizeAsync();
        await agent.RegisterAsync();

        string said = "";
        await Eventually.Is(
            async () =>
            {
                using TestSession session = await agent.ConnectAsync();
                Grpc.Core.RpcException? end = await session.EndAsync();
                said = end?.Status.Detail ?? "";
                return said.Contains(message, StringComparison.Ordinal);
            },
            $"the refusal to say: {message}");
        said.ShouldContain("Service istio-system/istio-eastwestgateway");
    }

    [Fact]
    public async Task Issue_34407_behind_nat_the_probe_goes_to_localhost()
    {
        (_, Rpc.BootConfiguration boot) = await JoinAsync(_ => true, request =>
        {
            request.Registration.Host.Addresses.Add(new Address { Ip = "203.0.113.7", Type = AddressType.Internet });
            request.Registration.Settings = new Settings { ConnectedOver = AddressType.Internet };
        });

        Variable(boot, "ISTIO_SVC_IP").ShouldBe("'203.0.113.7'");
        Variable(boot, "REWRITE_PROBE_LEGACY_LOCALHOST_DESTINATION").ShouldBe("'true'");
    }

    [Fact]
    public async Task Issue_34407_an_address_that_is_reached_directly_is_probed_itself()
    {
        (_, Rpc.BootConfiguration boot) = await JoinAsync(_ => true);

        Variable(boot, "ISTIO_SVC_IP").ShouldBe("'10.1.2.3'");
        Variable(boot, "REWRITE_PROBE_LEGACY_LOCALHOST_DESTINATION").ShouldBeNull();
    }

    [Fact]
    public async Task The_entry_is_named_so_that_istiod_applies_the_probe_to_it()
    {
        await PatchGroupAsync("""{"spec": {"probe": {"tcpSocket": {"port": 9080}}}}""");

        (TestAgent agent, Rpc.BootConfiguration boot) = await JoinAsync(b => b.MeshYaml.Contains("readinessProbe", StringComparison.Ordinal));

        Variable(boot, "ISTIO_META_WORKLOAD_ENTRY").ShouldBe($"'{agent.Registration}'");
        boot.MeshYaml.ShouldContain($"    ISTIO_META_WORKLOAD_ENTRY: {agent.Registration}\n");
        WorkloadEntry entry = await _plane.Client.GetAsync<WorkloadEntry>("bookinfo", agent.Registration);
        entry.Metadata.Annotations["proxy.istio.io/health-checks-enabled"].ShouldBe("true");
    }

    [Fact]
    public async Task Without_a_revision_the_machine_is_told_istiods_namespace_and_address_too()
    {
        await SetMeshAsync("trustDomain: cluster.local\n");

        Rpc.BootConfiguration boot = (await JoinAsync(b => Variable(b, "CA_ADDR") == "'istiod.istio-system.svc:15012'")).Boot;

        Variable(boot, "ISTIO_SYSTEM_NAMESPACE").ShouldBe("'istio-system'");
        boot.MeshYaml.ShouldNotContain("ISTIO_SYSTEM_NAMESPACE", Case.Sensitive, "it is for Istio's start script alone");
    }

    [Theory]
    [InlineData("r1")]
    [InlineData("prod")]
    [InlineData("")]
    public async Task The_revision_the_agent_asks_for_may_be_a_tag(string asked)
    {
        await CreateConfigMapAsync("istio-r1", "mesh", "trustDomain: cluster.local\ndefaultConfig: {meshId: mesh-r1}\n");
        await CreateConfigMapAsync("istio-sidecar-injector-r1", "values", """{"global": {"multiCluster": {"clusterName": "c-r1"}}}""");
        await CreateTagAsync(asked.Length == 0 ? "default" : "prod", "r1");

        (_, Rpc.BootConfiguration boot) = await JoinAsync(
            b => Variable(b, "ISTIO_META_CLUSTER_ID") == "'c-r1'" && Variable(b, "ISTIO_META_MESH_ID") == "'mesh-r1'",
            request => request.Registration.Sidecar.Istio.Revision = asked);

        Variable(boot, "CA_ADDR").ShouldBe("'istiod-r1.istio-system.svc:15012'");
        boot.Hosts.ShouldEndWith(" istiod-r1.istio-system.svc\n");
    }

    [Fact]
    public async Task A_mesh_that_names_no_cluster_is_istiods_own()
    {
        await SetClusterNameAsync("other");
        await JoinAsync(b => Variable(b, "ISTIO_META_CLUSTER_ID") == "'other'");

        await SetClusterNameAsync("");

        await Eventually.Is(
            async () => await TryBootAsync(await RegisterAsync("host-2", null)) is { } boot && Variable(boot, "ISTIO_META_CLUSTER_ID") == "'Kubernetes'",
            "istiod's own name");
    }

    private string[] ExternalAddressWarnings() => [.. _plane.Log.Entries.Where(e => e.EventId.Id == 4152).Select(e => e.Message)];

    private async Task<Rpc.BootConfiguration> HostsAsync(string hosts) => (await JoinAsync(b => b.Hosts == hosts)).Boot;

    private Task<V1ConfigMap> SetClusterNameAsync(string name) => _plane.Client.PatchAsync<V1ConfigMap>(
        "istio-system",
        "istio-sidecar-injector",
        V1Patch.Merge(new JsonObject { ["data"] = new JsonObject { ["values"] = """{"global": {"multiCluster": {"clusterName": "NAME"}}}""".Replace("NAME", name, StringComparison.Ordinal) } }));

    private static JsonObject Json(string text) => (JsonObject)JsonNode.Parse(text)!;

    private static string? Variable(Rpc.BootConfiguration boot, string name) => boot.ClusterEnv.Split('\n')
        .Where(l => l.StartsWith(name + "=", StringComparison.Ordinal))
        .Select(l => l[(name.Length + 1)..])
        .SingleOrDefault();

    /// <summary>Joins once the plane has seen what the test wrote, which another member finds out.</summary>
    private async Task<(TestAgent Agent, Rpc.BootConfiguration Boot)> JoinAsync(
        Func<Rpc.BootConfiguration, bool> hasSeen, Action<RegisterWorkloadRequest>? change = null)
    {
        TestAgent scout = await RegisterAsync("scout", change);
        string last = "";
        await Eventually.Is(
            async () =>
            {
                Rpc.BootConfiguration? boot = await TryBootAsync(scout);
                last = boot is null ? "none" : boot.ClusterEnv + boot.MeshYaml + boot.Hosts;
                return boot is not null && hasSeen(boot);
            },
            "the plane to see what was written");
        TestAgent agent = await RegisterAsync("host-1", change);
        return (agent, (await TryBootAsync(agent)).ShouldNotBeNull(last));
    }

    private async Task<TestAgent> RegisterAsync(string subject, Action<RegisterWorkloadRequest>? change)
    {
        TestAgent agent = _plane.Agent(subject);
        await agent.AuthorizeAsync();
        RegisterWorkloadRequest request = agent.RegisterRequest();
        change?.Invoke(request);
        await agent.RegisterAsync(request);
        return agent;
    }

    private static async Task<Rpc.BootConfiguration?> TryBootAsync(TestAgent agent)
    {
        try
        {
            using TestSession session = await agent.ConnectAsync();
            return (await session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration)).BootConfiguration;
        }
        catch (Grpc.Core.RpcException e) when (e.StatusCode == Grpc.Core.StatusCode.Unavailable)
        {
            // The gateway's name is still being looked up.
            return null;
        }
    }

    private Task<V1Condition?> NetworkAsync(TestAgent agent) => ConditionAsync(agent, "NetworkChecked");

    private Task<V1Condition?> GatewayAsync(TestAgent agent) => ConditionAsync(agent, "GatewayChecked");

    private async Task<V1Condition?> ConditionAsync(TestAgent agent, string type) =>
        (await _plane.Client.GetAsync<WorkloadAutoRegistration>("bookinfo", agent.Registration)).Status!.Conditions.FirstOrDefault(c => c.Type == type);

    private Task<WorkloadGroup> PatchGroupAsync(string patch) =>
        _plane.Client.PatchAsync<WorkloadGroup>("bookinfo", "ratings", V1Patch.Merge(Json(patch)));

    private Task<V1Service> PatchGatewayAsync(string patch, bool ofStatus = true) => _plane.Client.PatchAsync<V1Service>(
        "istio-system",
        "istio-eastwestgateway",
        V1Patch.Merge(Json(patch)),
        ofStatus && patch.Contains("\"status\"", StringComparison.Ordinal) ? new PatchOptions { Subresource = "status" } : null);

    private async Task LabelNamespaceAsync(string name, string network)
    {
        if (network.Length > 0)
        {
            await _plane.Client.PatchAsync<V1Namespace>(
                null, name, V1Patch.Merge(new JsonObject
                {
                    ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["topology.istio.io/network"] = network } },
                }));
        }
    }

    private Task<V1ConfigMap> SetMeshAsync(string text) => _plane.Client.PatchAsync<V1ConfigMap>(
        "istio-system", "istio", V1Patch.Merge(new JsonObject { ["data"] = new JsonObject { ["mesh"] = text } }));

    private Task<V1ConfigMap> CreateConfigMapAsync(string name, string key, string text) => _plane.Client.CreateAsync(new V1ConfigMap
    {
        Metadata = new V1ObjectMeta { Name = name, Namespace = "istio-system" },
        Data = new Dictionary<string, string> { [key] = text },
    });

    private Task<RevisionTag> CreateTagAsync(string tag, string revision) => _plane.Client.CreateAsync(new RevisionTag
    {
        Metadata = new V1ObjectMeta
        {
            Name = RevisionTag.NameOf(tag, "istio-system"),
            Labels = new Dictionary<string, string> { ["istio.io/rev"] = revision },
        },
    });

    private async Task CreateNodeAsync(string name, string addresses, bool ready)
    {
        await _plane.Client.CreateAsync(new ClusterNode { Metadata = new V1ObjectMeta { Name = name } });
        await _plane.Client.PatchAsync<ClusterNode>(
            null,
            name,
            V1Patch.Merge(new JsonObject
            {
                ["status"] = new JsonObject
                {
                    ["addresses"] = JsonNode.Parse(addresses),
                    ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = ready ? "True" : "False" }),
                },
            }),
            new PatchOptions { Subresource = "status" });
    }
}
