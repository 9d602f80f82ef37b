using System.Text.Json.Nodes;
using Onboarding.Api.Install;
using Onboarding.Api.Istio;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Quickstart.Demo;
using Onboarding.Testing;
using Onboarding.Tests.E2E.Infrastructure;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E;

public sealed class RolloutTests
{
    [Fact]
    public async Task A_changed_group_restarts_the_sidecar_which_is_ready_again_and_a_moved_gateway_does_not()
    {
        await using Mesh mesh = await Mesh.StartAsync();
        await mesh.Kubernetes.PatchAsync<OnboardingPlane>(
            OnboardingPlane.DefaultNamespace,
            OnboardingPlane.DefaultName,
            V1Patch.Merge(JsonNode.Parse("""{"spec": {"workloads": {"deregistration": {"propagationDelay": "0s"}}}}""")!));
        await mesh.AllowAsync();
        await mesh.StartAgentAsync();
        await mesh.WaitUntilJoinedAsync();
        await Eventually.Is(mesh.SidecarAnswersAsync, "the sidecar is ready");

        await mesh.Kubernetes.PatchAsync<WorkloadGroup>(
            DemoMesh.Namespace,
            DemoMesh.Group,
            V1Patch.Merge(JsonNode.Parse("""{"spec": {"probe": {"httpGet": {"path": "/health", "port": 9080}}, "template": {"locality": "eu/a"}}}""")!));
        await Eventually.Is(async () => await CurrentAsync(mesh) is { Generation: 2 }, $"the sidecar is ready on generation 2\n{mesh.Log}");
        (await mesh.SidecarAnswersAsync()).ShouldBeTrue();
        int started = Starts(mesh);
        started.ShouldBe(2, mesh.Log);

        await mesh.Kubernetes.PatchAsync<V1Service>(
            "istio-system",
            "istio-eastwestgateway",
            V1Patch.Merge(JsonNode.Parse("""{"status": {"loadBalancer": {"ingress": [{"ip": "127.0.0.1"}, {"ip": "127.0.0.9"}]}}}""")!),
            new PatchOptions { Subresource = "status" });
        await Eventually.Is(async () => await CurrentAsync(mesh) is { Generation: 3 }, "hosts arrive");
        (await mesh.SidecarAnswersAsync()).ShouldBeTrue();
        Starts(mesh).ShouldBe(started);
    }

    private static async Task<BootConfigurationRevision?> CurrentAsync(Mesh mesh) =>
        (await mesh.RegistrationsAsync()).Single().Status?.BootConfiguration is { Current: { } current, Desired: { } desired } && current == desired ? current : null;

    private static int Starts(Mesh mesh) => mesh.AgentLog.Count(l => l.Contains("sidecar started", StringComparison.Ordinal));
}
