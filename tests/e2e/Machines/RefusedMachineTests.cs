using System.Text.Json.Nodes;
using Onboarding.Api.Istio;
using Onboarding.Api.Policies;
using Onboarding.Quickstart.Demo;
using Onboarding.Testing;
using Xunit;

namespace Onboarding.Tests.E2E.Machines;

/// <summary>A machine that was a member, and that nothing admits any more, says so and is given back.</summary>
public sealed class RefusedMachineTests
{
    [Fact]
    public async Task A_group_that_is_made_again_without_a_policy_takes_its_machines_out()
    {
        Capability.NetworkNamespaces.Require();
        await using MachinePlane plane = await MachinePlane.StartAsync();
        await using MachineAgent agent = await plane.StartMachineAsync("refused");
        MachineState before = await MachineState.OfAsync(agent.Machine);
        await agent.ConfigureAsync();
        agent.Start();
        await agent.WaitUntilReadyAsync();

        WorkloadGroup group = await plane.Kubernetes.GetAsync<WorkloadGroup>(DemoMesh.Namespace, DemoMesh.Group);
        foreach (OnboardingPolicy policy in (await plane.Kubernetes.ListAsync<OnboardingPolicy>(DemoMesh.Namespace)).Items)
        {
            await plane.Kubernetes.DeleteAsync<OnboardingPolicy>(DemoMesh.Namespace, policy.Metadata.Name);
        }

        await plane.Kubernetes.DeleteAsync<WorkloadGroup>(DemoMesh.Namespace, DemoMesh.Group);
        JsonObject again = group.ToJson();
        again["metadata"] = new JsonObject
        {
            ["name"] = DemoMesh.Group,
            ["namespace"] = DemoMesh.Namespace,
            ["labels"] = again["metadata"]?["labels"]?.DeepClone(),
        };
        await Eventually.Is(
            async () => (await plane.Kubernetes.ListAsync<WorkloadGroup>(DemoMesh.Namespace)).Items.All(g => g.Metadata.Name != DemoMesh.Group), "the group is gone");
        await plane.Kubernetes.CreateAsync(WorkloadGroup.FromJson(again));

        await Eventually.Is(() => agent.Count("Refused: ") > 0 && agent.Count("SidecarStopped: ") > 0, $"it is refused\n{agent.Log}");
        await Eventually.Is(
            // A status that says so exits with 1.
            async () => JsonNode.Parse((await agent.Machine.RunAsync($"{agent.Program} status --output json || true")).Split('\n')[0])?["phase"]?.GetValue<string>() == "Refused",
            $"the agent says so\n{agent.Log}");
        (await MachineState.OfAsync(agent.Machine)).ShouldBeBefore(before);
        await agent.LeaveAsync();
    }
}
