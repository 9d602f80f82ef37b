using System.Net;
using System.Text.Json.Nodes;
using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Onboarding.Api.Istio;
using Onboarding.Api.Meta;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;
using Onboarding.Tests.Unit.Istiod;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Embedded;

/// <summary>What becomes of a sidecar's health report, as with istiod.</summary>
public sealed class HealthConditionTests(ControlPlaneFixture fixture) : IClassFixture<ControlPlaneFixture>
{
    private const string Clusters = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
    private const string Health = "type.googleapis.com/istio.v1.HealthInformation";

    [Fact]
    public async Task An_annotated_entry_gets_the_condition_and_keeps_others()
    {
        using KubernetesClient client = Client();
        string ns = await fixture.NamespaceAsync();
        await CreateEntryAsync(client, ns, annotated: true);
        await client.PatchAsync<WorkloadEntry>(
            ns,
            "vm-1",
            V1Patch.Merge(JsonNode.Parse("""{"status": {"conditions": [{"type": "Other", "status": "True"}]}}""")!),
            new PatchOptions { Subresource = "status" });

        await ReportAsync(client, ns, "connection refused", null);

        await Eventually.Is(async () => (await HealthyAsync(client, ns))?["status"]?.GetValue<string>() == "True", "the last report is written");
        JsonArray conditions = (await client.GetAsync<WorkloadEntry>(ns, "vm-1")).Status!["conditions"]!.AsArray();
        conditions.Select(c => c!["type"]!.GetValue<string>()).ShouldBe(["Other", "Healthy"]);
        JsonNode healthy = conditions[1]!;
        healthy["message"].ShouldBeNull();
        healthy["lastProbeTime"]!.GetValue<string>().ShouldBe(healthy["lastTransitionTime"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_failed_probe_says_why()
    {
        using KubernetesClient client = Client();
        string ns = await fixture.NamespaceAsync();
        await CreateEntryAsync(client, ns, annotated: true);

        await ReportAsync(client, ns, "connection refused");

        await Eventually.Is(async () => (await HealthyAsync(client, ns))?["message"]?.GetValue<string>() == "connection refused", "the message");
        (await HealthyAsync(client, ns))!["status"]!.GetValue<string>().ShouldBe("False");
    }

    [Fact]
    public async Task An_entry_that_is_not_annotated_is_left_alone()
    {
        using KubernetesClient client = Client();
        string ns = await fixture.NamespaceAsync();
        await CreateEntryAsync(client, ns, annotated: false);

        await ReportAsync(client, ns, "connection refused");

        // The stream has ended in order, so the report was handled.
        (await client.GetAsync<WorkloadEntry>(ns, "vm-1")).Status.ShouldBeNull();
    }

    private static Task<WorkloadEntry> CreateEntryAsync(KubernetesClient client, string ns, bool annotated) => client.CreateAsync(new WorkloadEntry
    {
        Metadata = new V1ObjectMeta
        {
            Name = "vm-1",
            Namespace = ns,
            Annotations = annotated
                ? new Dictionary<string, string> { ["proxy.istio.io/health-checks-enabled"] = "true" }
                : new Dictionary<string, string>(),
        },
        Spec = new WorkloadEntrySpec { Address = "10.0.0.1" },
    });

    private static async Task<JsonNode?> HealthyAsync(KubernetesClient client, string ns) =>
        (await client.GetAsync<WorkloadEntry>(ns, "vm-1")).Status?["conditions"]?.AsArray()
            .FirstOrDefault(c => c!["type"]!.GetValue<string>() == "Healthy");

    private KubernetesClient Client() => new(KubernetesClientConfiguration.BuildConfigFromConfigFile(fixture.Plane.KubeconfigPath));

    /// <summary>Opens a stream as the entry's sidecar and reports; null is healthy.</summary>
    private async Task ReportAsync(KubernetesClient client, string ns, params string?[] errors)
    {
        string token = (await client.CreateTokenAsync(ns, "default", ["istio-ca"], TimeSpan.FromHours(1))).Token;
        string roots = (await client.GetAsync<V1ConfigMap>(ns, "istio-ca-root-cert")).Data["root-cert.pem"];
        using var sidecar = new IstiodClient(new IPEndPoint(IPAddress.Loopback, fixture.Plane.IstiodAddress.Port), roots);
        using AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> call =
            sidecar.Discovery.DeltaAggregatedResources(IstiodClient.Headers(token));
        var node = new Node { Id = $"sidecar~10.0.0.1~vm-1.{ns}~{ns}.svc.cluster.local", Metadata = new Struct() };
        node.Metadata.Fields["NAMESPACE"] = Value.ForString(ns);
        node.Metadata.Fields["WORKLOAD_ENTRY"] = Value.ForString("vm-1");
        await call.RequestStream.WriteAsync(new DeltaDiscoveryRequest { Node = node, TypeUrl = Clusters });
        foreach (string? error in errors)
        {
            await call.RequestStream.WriteAsync(new DeltaDiscoveryRequest
            {
                TypeUrl = Health,
                ErrorDetail = error is null ? null : new Google.Rpc.Status { Code = 13, Message = error },
            });
        }

        await call.RequestStream.CompleteAsync();
        while (await call.ResponseStream.MoveNext(default))
        {
        }
    }
}
