using System.Diagnostics;
using Onboarding.Api.Runtime;
using Onboarding.Quickstart.Demo;
using Onboarding.Testing;
using Onboarding.Tests.E2E.Infrastructure;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E;

public sealed class RestartTests
{
    [Fact]
    public async Task An_endpoint_killed_and_restarted_has_its_agent_back_within_five_seconds_and_no_second_entry()
    {
        await using Mesh mesh = await Mesh.StartAsync();
        await mesh.AllowAsync();
        await mesh.StartAgentAsync();
        JoinedMember member = await mesh.WaitUntilJoinedAsync();
        WorkloadAutoRegistration before = (await mesh.RegistrationsAsync()).ShouldHaveSingleItem();
        await Eventually.Is(mesh.SidecarAnswersAsync, "the sidecar is ready");

        mesh.KillPlane();
        await mesh.Plane.Process.WaitForExitAsync(default);
        await mesh.RestartPlaneAsync();
        var sinceRestart = Stopwatch.StartNew();
        await Eventually.Is(
            async () => IsConnectedAnew(before, (await mesh.RegistrationsAsync()).Single()),
            $"the agent is connected again\n{mesh.Log}");
        sinceRestart.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60), "5 s on a machine that isn't busy");

        (await mesh.RegistrationsAsync()).ShouldHaveSingleItem().Metadata.Uid.ShouldBe(before.Metadata.Uid);
        (await mesh.EntriesAsync()).ShouldHaveSingleItem().Metadata.Name.ShouldBe(member.Name);
        (await mesh.SidecarAnswersAsync()).ShouldBeTrue("the sidecar doesn't notice that the endpoint was away");
    }

    [Fact]
    public async Task An_agent_killed_and_started_again_keeps_its_registration()
    {
        await using Mesh mesh = await Mesh.StartAsync();
        await mesh.AllowAsync();
        await mesh.StartAgentAsync();
        await mesh.WaitUntilJoinedAsync();
        WorkloadAutoRegistration before = (await mesh.RegistrationsAsync()).ShouldHaveSingleItem();

        mesh.Agent!.Kill();
        await mesh.Agent.WaitForExitAsync(default);
        await mesh.StartAgentAsync();
        await Eventually.Is(
            async () => IsConnectedAnew(before, (await mesh.RegistrationsAsync()).Single()),
            "the agent is connected again");

        (await mesh.RegistrationsAsync()).ShouldHaveSingleItem().Metadata.Uid.ShouldBe(before.Metadata.Uid);
        (await mesh.EntriesAsync()).ShouldHaveSingleItem();
        await Eventually.Is(mesh.SidecarAnswersAsync, "the sidecar is ready");
    }

    private static bool IsConnectedAnew(WorkloadAutoRegistration before, WorkloadAutoRegistration now) =>
        now.Status?.Session?.Epoch > before.Status?.Session?.Epoch &&
        now.Status.Conditions.Any(c => c is { Type: "AgentConnected", Status: "True" });
}
