using System.Text.Json.Nodes;
using Onboarding.Api.Install;
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

/// <summary>Sidecars that don't come back, or not as they should.</summary>
public sealed class HangingSidecarTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Fleet _fleet = new();
    private TestPlane _plane = null!;

    public async ValueTask InitializeAsync()
    {
        _plane = await TestPlane.StartAsync(new JsonObject { ["rollout"] = new JsonObject { ["maxUnavailable"] = 1, ["progressDeadline"] = "1s" } });
        await _fleet.JoinAsync(_plane, 3, _directory.Path);
        await Eventually.Is(() => _fleet.Agents.All(a => a.Version is not null), "everybody starts");
        await _plane.Client.PatchAsync<WorkloadGroup>(
            TestPlane.Namespace, TestPlane.Group, V1Patch.Merge(JsonNode.Parse("""{"spec": {"template": {"labels": {"team": "blue"}}}}""")!));
    }

    public async ValueTask DisposeAsync()
    {
        await _fleet.DisposeAsync();
        await _plane.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task One_that_is_not_ready_in_time_pauses_the_rollout_and_one_that_is_ready_late_lets_it_go_on()
    {
        V1Condition paused = await PausedAsync("True");

        paused.Message!.ShouldBeGolden();
        FleetAgent hanging = _fleet.Agents.Single(a => paused.Message!.StartsWith($"bookinfo/{a.Name} failed on boot configuration 2", StringComparison.Ordinal));
        _fleet.Agents.Where(a => a != hanging).ShouldAllBe(a => a.Version!.Generation == 1);

        await Eventually.Is(
            () =>
            {
                _fleet.LetStart();
                return _fleet.Agents.All(a => a.Version!.Generation == 2);
            },
            "late is better than never");
        await PausedAsync("False");
    }

    [Fact]
    public async Task One_whose_sidecar_ends_is_named_with_what_it_said()
    {
        FleetAgent? down = null;
        await Eventually.Is(() => (down = _fleet.Agents.FirstOrDefault(a => a.Version!.Generation == 2)) is not null, "the first restarts");

        await down!.SayAsync(new HealthReport { Sidecar = SidecarState.Failed, CoreHash = down.Version!.CoreHash, Message = "exit code 1" });

        await Eventually.Is(
            async () => (await PausedAsync("True")).Message!.StartsWith($"bookinfo/{down.Name} failed on boot configuration 2: exit code 1", StringComparison.Ordinal),
            "the message");
        WorkloadAutoRegistration member = await _plane.Client.GetAsync<WorkloadAutoRegistration>(TestPlane.Namespace, down.Name);
        member.Status!.Conditions.Single(c => c.Type == "BootConfigurationApplied").Reason.ShouldBe("SidecarFailed");
        member.Status.BootConfiguration!.Current!.Generation.ShouldBe(1, "it isn't ready on the new one");

        // An agent chooses its words; it can't have the plane write as often as it finds new ones.
        await down.SayAsync(new HealthReport { Sidecar = SidecarState.Failed, CoreHash = down.Version!.CoreHash, Message = "exit code 2" });
        await Eventually.Is(() => _plane.Log.Text.Contains("exit code 2", StringComparison.Ordinal), "the second report");
        (await _plane.Client.GetAsync<WorkloadAutoRegistration>(TestPlane.Namespace, down.Name)).Metadata.ResourceVersion
            .ShouldBe(member.Metadata.ResourceVersion);
    }

    private async Task<V1Condition> PausedAsync(string status)
    {
        V1Condition? condition = null;
        await Eventually.Is(
            async () =>
            {
                condition = (await _plane.Client.GetAsync<OnboardingPlane>("istio-system", OnboardingPlane.DefaultName)).Status?.Conditions
                    .FirstOrDefault(c => c.Type == "RolloutPaused" && c.Status == status);
                return condition is not null;
            },
            $"RolloutPaused={status}");
        return condition!;
    }
}
