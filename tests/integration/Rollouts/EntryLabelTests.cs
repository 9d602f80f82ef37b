using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Istio;
using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;
using Onboarding.Tests.Integration.Endpoint;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Rollouts;

/// <summary>A WorkloadEntry has the metadata labels that istiod writes itself on an entry of a machine that registers on its own.</summary>
public sealed class EntryLabelTests : IAsyncLifetime
{
    private TestPlane _plane = null!;
    private TestAgent _agent = null!;

    public async ValueTask InitializeAsync()
    {
        _plane = await TestPlane.StartAsync(new JsonObject { ["rollout"] = new JsonObject { ["paused"] = true } });
        _agent = _plane.Agent();
    }

    public ValueTask DisposeAsync() => _plane.DisposeAsync();

    [Fact]
    public async Task Members_of_a_group_are_one_workload_of_the_mesh_s_metrics()
    {
        using TestSession session = await _agent.JoinAsync();

        WorkloadEntry entry = await EntryAsync();
        entry.Metadata.Labels[WellKnownLabels.WorkloadName].ShouldBe("ratings");
        entry.Metadata.Labels[WellKnownLabels.CanonicalName].ShouldBe("ratings");
        entry.Metadata.Labels[WellKnownLabels.CanonicalRevision].ShouldBe("v1");
        entry.Metadata.Labels.Keys.ShouldNotContain(WellKnownLabels.Tunnel);
        entry.Spec.Labels.Keys.Order().ShouldBe(["app", "version"]);
    }

    [Fact]
    public async Task What_the_group_says_stays()
    {
        await PatchGroupAsync("""{"spec": {"template": {"labels": {"service.istio.io/workload-name": "scores", "service.istio.io/canonical-name": "points", "networking.istio.io/tunnel": "none"}}}}""");
        await MakeAmbientAsync();
        await Eventually.Is(
            async () =>
            {
                using TestSession session = await _agent.JoinAsync();
                return (await EntryAsync()).Metadata.Labels.GetValueOrDefault(WellKnownLabels.WorkloadName) == "scores";
            },
            "the plane has seen the group");

        WorkloadEntry entry = await EntryAsync();
        entry.Metadata.Labels[WellKnownLabels.CanonicalName].ShouldBe("points");
        entry.Metadata.Labels[WellKnownLabels.Tunnel].ShouldBe("none");
        entry.Metadata.Annotations.Keys.ShouldNotContain(WellKnownAnnotations.Hbone);
    }

    [Fact]
    public async Task Where_the_mesh_turns_HBONE_on_a_member_is_reached_by_it_once_its_sidecar_starts_with_it()
    {
        using TestSession session = await _agent.JoinAsync();
        await TakeAsync(session);
        (await EntryAsync()).Metadata.Labels.Keys.ShouldNotContain(WellKnownLabels.Tunnel);

        await MakeAmbientAsync();
        (await session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration)).BootConfiguration.Pending.ShouldBeTrue();
        await _agent.RegisterAsync();
        (await EntryAsync()).Metadata.Labels.Keys.ShouldNotContain(WellKnownLabels.Tunnel, "its sidecar doesn't listen for it yet");

        await _plane.PauseRolloutAsync(false);
        (await session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration)).BootConfiguration.Pending.ShouldBeFalse();
        WorkloadEntry entry = await EntryAsync();
        entry.Metadata.Labels[WellKnownLabels.Tunnel].ShouldBe("http");
        entry.Metadata.Annotations[WellKnownAnnotations.Hbone].ShouldContain("ISTIO_META_ENABLE_HBONE");
    }

    [Fact]
    public async Task A_member_of_a_release_that_wrote_less_gets_its_labels_without_a_restart()
    {
        BootVersion version;
        using (TestSession session = await _agent.JoinAsync())
        {
            version = await TakeAsync(session);
        }

        await _plane.Client.PatchAsync<WorkloadAutoRegistration>("bookinfo", _agent.Registration, V1Patch.Merge(new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["annotations"] = new JsonObject
                {
                    [WellKnownAnnotations.WorkloadGroupSnapshot] = null,
                    [WellKnownAnnotations.WorkloadGroupSnapshotMac] = null,
                },
            },
        }));
        await _plane.Client.PatchAsync<WorkloadEntry>("bookinfo", _agent.Registration, V1Patch.Merge(JsonNode.Parse(
            """{"metadata": {"labels": {"service.istio.io/workload-name": null}}}""")!));

        using TestSession again = await _agent.ConnectAsync(1, proof => proof.BootConfiguration = new BootConfigurationVersion
        {
            Generation = version.Generation,
            CoreHash = version.CoreHash,
            LiveHash = version.LiveHash,
        });

        await Eventually.Is(
            async () => (await EntryAsync()).Metadata.Labels.GetValueOrDefault(WellKnownLabels.WorkloadName) == "ratings", "its labels are complete");
        await again.SendAsync(new AgentMessage { Heartbeat = new Heartbeat() });
        PlaneMessage next;
        do
        {
            next = await again.NextAsync();
            next.BootConfiguration?.Pending.ShouldBeFalse();
        }
        while (next.MessageCase != PlaneMessage.MessageOneofCase.Heartbeat);
    }

    private async Task<BootVersion> TakeAsync(TestSession session)
    {
        Onboarding.Api.Rpc.BootConfiguration boot = (await session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration)).BootConfiguration;
        await session.SendAsync(new AgentMessage
        {
            BootConfigurationStatus = new BootConfigurationStatus { Generation = boot.Version.Generation, SidecarRestarted = true },
        });
        await session.SendAsync(new AgentMessage { Heartbeat = new Heartbeat() });
        await session.NextAsync(PlaneMessage.MessageOneofCase.Heartbeat);
        return new BootVersion(boot.Version.Generation, boot.Version.CoreHash, boot.Version.LiveHash);
    }

    private Task<WorkloadEntry> EntryAsync() => _plane.Client.GetAsync<WorkloadEntry>("bookinfo", _agent.Registration);

    private Task<WorkloadGroup> PatchGroupAsync(string patch) => _plane.Client.PatchAsync<WorkloadGroup>("bookinfo", "ratings", V1Patch.Merge(JsonNode.Parse(patch)!));

    private async Task MakeAmbientAsync()
    {
        V1ConfigMap mesh = await _plane.Client.GetAsync<V1ConfigMap>("istio-system", "istio");
        await _plane.Client.PatchAsync<V1ConfigMap>("istio-system", "istio", V1Patch.Merge(new JsonObject
        {
            ["data"] = new JsonObject { ["mesh"] = mesh.Data["mesh"].Replace("proxyMetadata:", "proxyMetadata:\n    ISTIO_META_ENABLE_HBONE: \"true\"", StringComparison.Ordinal) },
        }));
    }

    private sealed record BootVersion(long Generation, string CoreHash, string LiveHash);
}
