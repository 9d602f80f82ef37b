using System.Text.Json.Nodes;
using Onboarding.Api.Istio;
using Onboarding.Api.Meta;
using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Testing;
using Onboarding.Tests.Integration.Endpoint;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Rollouts;

/// <summary>Another writer of a status keeps what it wrote: istiod's <c>WaypointBound</c> on a WorkloadEntry (istio/istio#59993), anybody's on a registration.</summary>
public sealed class StatusWriterTests : IAsyncLifetime
{
    private const string Other = "another-controller";

    private TestPlane _plane = null!;
    private TestAgent _agent = null!;
    private TestSession _session = null!;

    public async ValueTask InitializeAsync()
    {
        _plane = await TestPlane.StartAsync();
        _agent = _plane.Agent();
        _session = await _agent.JoinAsync();
        PlaneMessage boot = await _session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration);
        await _session.SendAsync(new AgentMessage
        {
            BootConfigurationStatus = new BootConfigurationStatus { Generation = boot.BootConfiguration.Version.Generation, SidecarRestarted = true },
        });
        _core = boot.BootConfiguration.Version.CoreHash;
    }

    public async ValueTask DisposeAsync()
    {
        _session.Dispose();
        await _plane.DisposeAsync();
    }

    [Fact]
    public async Task A_WorkloadEntry_s_status_is_istiod_s_and_the_plane_owns_nothing_in_it()
    {
        await ApplyConditionAsync(WorkloadEntry.Definition, "WaypointBound", "pilot-discovery");

        await _plane.Client.PatchAsync<WorkloadGroup>(
            "bookinfo", "ratings", V1Patch.Merge(JsonNode.Parse("""{"spec": {"template": {"labels": {"team": "blue"}}}}""")!));
        PlaneMessage next;
        do
        {
            next = await _session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration);
        }
        while (next.BootConfiguration.Pending);

        WorkloadEntry entry = await _plane.Client.GetAsync<WorkloadEntry>("bookinfo", _agent.Registration);
        entry.Spec.Labels["team"].ShouldBe("blue", "the plane has written the entry");
        entry.Status.ShouldNotBeNull()["conditions"]!.AsArray().Select(c => (string?)c!["type"]).ShouldBe(["WaypointBound"]);
        JsonObject[] ours = [.. entry.Metadata.ManagedFields.ShouldNotBeNull().Select(f => f!.AsObject()).Where(f => (string?)f["manager"] == "onboarding-plane")];
        ours.ShouldNotBeEmpty();
        ours.ShouldAllBe(f => !f["fieldsV1"]!.AsObject().ContainsKey("f:status"));
    }

    [Fact]
    public async Task An_entry_with_health_is_replaced_before_a_restart_and_waits_for_the_next_sidecar_s_report()
    {
        await RestartAsync("""{"spec": {"probe": {"httpGet": {"path": "/healthz", "port": 9080}}}}""");
        await ApplyConditionAsync(WorkloadEntry.Definition, "Healthy", "pilot-discovery");
        WorkloadEntry before = await EntryAsync();

        await RestartAsync("""{"spec": {"template": {"labels": {"team": "blue"}}}}""");

        WorkloadEntry after = await EntryAsync();
        after.Metadata.Uid.ShouldNotBe(before.Metadata.Uid);
        after.Status.ShouldBeNull();
        after.Spec.Labels["team"].ShouldBe("blue");
        after.Metadata.Annotations["proxy.istio.io/health-checks-enabled"].ShouldBe("true");

        // The last one that had health to lose.
        await ApplyConditionAsync(WorkloadEntry.Definition, "Healthy", "pilot-discovery");
        await RestartAsync("""{"spec": {"probe": null}}""");
        WorkloadEntry last = await EntryAsync();
        last.Status.ShouldBeNull();
        last.Metadata.Annotations["proxy.istio.io/health-checks-enabled"].ShouldBe("true", "it is out until its sidecar is ready");
        await SayReadyAsync();
        await Eventually.Is(
            async () => !(await EntryAsync()).Metadata.Annotations.ContainsKey("proxy.istio.io/health-checks-enabled"), "it is back");
        (await EntryAsync()).Metadata.Uid.ShouldBe(last.Metadata.Uid);
    }

    [Fact]
    public async Task Two_that_write_a_registration_s_conditions_at_the_same_time_keep_theirs()
    {
        for (int round = 1; round <= 10; round++)
        {
            bool isReady = round % 2 == 0;
            await Task.WhenAll(
                ApplyConditionAsync(WorkloadAutoRegistration.Definition, "Audited", Other, $"round {round}"),
                _session.SendAsync(new AgentMessage
                {
                    Health = new HealthReport { Sidecar = isReady ? SidecarState.Ready : SidecarState.Failed, SidecarReady = isReady, Message = $"round {round}" },
                }));
        }

        await Eventually.Is(
            async () => (await ConditionsAsync()).Any(c => c is { Type: "SidecarReady", Status: "True" }), "the plane has written how the sidecar is");
        V1Condition others = (await ConditionsAsync()).Single(c => c.Type == "Audited");
        (others.Status, others.Message).ShouldBe(("True", "round 10"));
        (await ConditionsAsync()).ShouldContain(c => c.Type == "AgentConnected" && c.Status == "True");
    }

    private string _core = "";

    private Task<WorkloadEntry> EntryAsync() => _plane.Client.GetAsync<WorkloadEntry>("bookinfo", _agent.Registration);

    private Task SayReadyAsync() => _session.SendAsync(new AgentMessage
    {
        Health = new HealthReport { Sidecar = SidecarState.Ready, SidecarReady = true, CoreHash = _core },
    });

    // The sidecar before it is ready, so that the plane's turn comes, and not yet on the new one.
    private async Task RestartAsync(string change)
    {
        await SayReadyAsync();
        await _plane.Client.PatchAsync<WorkloadGroup>("bookinfo", "ratings", V1Patch.Merge(JsonNode.Parse(change)!));
        PlaneMessage next;
        do
        {
            next = await _session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration);
        }
        while (next.BootConfiguration.Pending);
        _core = next.BootConfiguration.Version.CoreHash;
        await _session.SendAsync(new AgentMessage
        {
            BootConfigurationStatus = new BootConfigurationStatus { Generation = next.BootConfiguration.Version.Generation, SidecarRestarted = true },
        });
    }

    private async Task<IReadOnlyList<V1Condition>> ConditionsAsync() =>
        (await _plane.Client.GetAsync<WorkloadAutoRegistration>("bookinfo", _agent.Registration)).Status!.Conditions;

    private async Task ApplyConditionAsync(ResourceDefinition kind, string type, string manager, string message = "")
    {
        var applied = new JsonObject
        {
            ["apiVersion"] = kind.ApiVersion,
            ["kind"] = kind.Kind,
            ["metadata"] = new JsonObject { ["name"] = _agent.Registration, ["namespace"] = "bookinfo" },
            ["status"] = new JsonObject
            {
                ["conditions"] = new JsonArray(new JsonObject
                {
                    ["type"] = type,
                    ["status"] = "True",
                    ["reason"] = "Seen",
                    ["message"] = message,
                    ["lastTransitionTime"] = "2026-12-01T00:00:00Z",
                }),
            },
        };
        var options = new PatchOptions { FieldManager = manager, Subresource = "status", Force = true };
        if (kind == WorkloadEntry.Definition)
        {
            await _plane.Client.PatchAsync<WorkloadEntry>("bookinfo", _agent.Registration, V1Patch.Apply(applied), options);
        }
        else
        {
            await _plane.Client.PatchAsync<WorkloadAutoRegistration>("bookinfo", _agent.Registration, V1Patch.Apply(applied), options);
        }
    }
}
