using System.Text.Json.Nodes;
using Onboarding.Api.Install;
using Onboarding.Kubernetes;
using Onboarding.Testing;
using Onboarding.Tests.E2E.Infrastructure;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E;

public sealed class LeavingTests
{
    [Fact]
    public async Task On_SIGTERM_the_entry_goes_first_the_sidecar_still_answers_then_stops_and_only_the_key_stays()
    {
        await using Mesh mesh = await Mesh.StartAsync();

        // Long enough for a busy machine to see, in between, that the sidecar still answers.
        await mesh.Kubernetes.PatchAsync<OnboardingPlane>(
            OnboardingPlane.DefaultNamespace,
            OnboardingPlane.DefaultName,
            V1Patch.Merge(JsonNode.Parse("""{"spec": {"workloads": {"deregistration": {"propagationDelay": "15s"}}}}""")!));
        await mesh.AllowAsync();
        await mesh.StartAgentAsync();
        await mesh.WaitUntilJoinedAsync();
        await Eventually.Is(mesh.SidecarAnswersAsync, "the sidecar is ready");

        mesh.Agent!.Signal(Client.Native.Signals.Terminate);
        await Eventually.Is(async () => (await mesh.EntriesAsync()).Count == 0, "the WorkloadEntry is gone");
        (await mesh.SidecarAnswersAsync()).ShouldBeTrue("clients may not have learned yet that the workload left");
        (await mesh.Agent.WaitForExitAsync(default)).ShouldBe(0, mesh.Log);
        (await mesh.SidecarAnswersAsync()).ShouldBeFalse("the sidecar was stopped");

        (await mesh.RegistrationsAsync()).ShouldBeEmpty();
        string[] left = [.. Directory.EnumerateFiles(mesh.Workspace.AgentState, "*", SearchOption.AllDirectories).Select(Path.GetFileName)!];
        left.ShouldContain("agent-key.pem");
        left.ShouldNotContain("istio-token");
    }
}
