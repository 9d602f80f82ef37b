using System.Text.Json.Nodes;
using Grpc.Core;
using Onboarding.Api;
using Onboarding.Api.Istio;
using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>What an operator takes out stays out: connected, away, or started again.</summary>
public sealed class StayOutTests
{
    [Fact]
    public async Task A_connected_machine_is_told_and_refused_when_it_comes_back_whoever_starts_it()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        TestAgent agent = plane.Agent();
        using TestSession session = await agent.JoinAsync();
        await session.NextAsync(PlaneMessage.MessageOneofCase.Established);
        await TakeOutAsync(plane, agent);
        PlaneMessage told = await session.NextAsync(PlaneMessage.MessageOneofCase.RegistrationGone);
        told.RegistrationGone.Rejoin.ShouldBeFalse();
        (await plane.Client.ListAsync<WorkloadEntry>(TestPlane.Namespace)).Items.ShouldBeEmpty();

        RpcException refused = await Should.ThrowAsync<RpcException>(() => plane.Agent(key: agent.Key).AuthorizeAsync());
        TestAgent.ReasonOf(refused, StatusCode.FailedPrecondition).Reason.ShouldBe(Reasons.StayOut);
        refused.Status.Detail.ShouldContain("(kernel update)");
    }

    [Fact]
    public async Task A_machine_that_was_away_is_refused_also_by_a_plane_that_was_started_anew()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        TestAgent agent = plane.Agent();
        await agent.AuthorizeAsync();
        await agent.RegisterAsync();
        await TakeOutAsync(plane, agent);
        await plane.RestartAsync();
        await RefusedAsync(plane.Agent(key: agent.Key));

        // A question is answered likewise, and no one else is meant.
        await RefusedAsync(plane.Agent(key: agent.Key), request => request.DryRun = true);
        TestAgent other = plane.Agent("host-2");
        await other.AuthorizeAsync();
        (await other.RegisterAsync()).Registration.ShouldNotBe(agent.Registration);
    }

    [Fact]
    public async Task Somebody_on_the_machine_may_want_it_back_and_then_it_is_as_before()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        TestAgent agent = plane.Agent();
        await agent.AuthorizeAsync();
        await agent.RegisterAsync();
        await TakeOutAsync(plane, agent);
        TestAgent back = plane.Agent(key: agent.Key);
        await back.AuthorizeAsync(change: request => request.ComeBack = true);
        await back.RegisterAsync();
        (await MarksAsync(plane)).ShouldBeNull();
        await Eventually.Is(async () => await ReasonAsync(plane, agent) is null, "the plane sees its own write");
        using TestSession session = await back.ConnectAsync();
        await session.NextAsync(PlaneMessage.MessageOneofCase.Established);
    }

    [Fact]
    public async Task An_operator_may_write_and_remove_the_mark_by_hand()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        TestAgent agent = plane.Agent();
        await agent.AdmitAsync();
        await MarkBindingAsync(plane, "maintenance");
        await Eventually.Is(async () => await ReasonAsync(plane, agent) == Reasons.StayOut, "the plane sees the mark");
        await MarkBindingAsync(plane, null);
        await Eventually.Is(async () => await ReasonAsync(plane, agent) is null, "the plane sees that it is gone");
    }

    private static async Task TakeOutAsync(TestPlane plane, TestAgent agent)
    {
        var annotations = new JsonObject { [WellKnownAnnotations.StayOut] = "kernel update" };
        await plane.Client.PatchAsync<WorkloadAutoRegistration>(
            TestPlane.Namespace, agent.Registration, V1Patch.Merge(new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = annotations } }));
        await Eventually.Is(
            async () => await plane.Client.TryGetAsync<WorkloadAutoRegistration>(TestPlane.Namespace, agent.Registration) is null,
            "the plane removes the registration");
        (await MarksAsync(plane)).ShouldBe($$"""{"{{TestPlane.Namespace}}/{{agent.Registration}}":"kernel update"}""");
        await Eventually.Is(async () => await ReasonAsync(plane, agent) == Reasons.StayOut, "the plane sees its own mark");
    }

    private static async Task<string?> MarksAsync(TestPlane plane) => (await BindingAsync(plane)).Metadata.Annotations.GetValueOrDefault(WellKnownAnnotations.StayOut);

    private static async Task MarkBindingAsync(TestPlane plane, string? text) => await plane.Client.PatchAsync<WorkloadKeyBinding>(
        "istio-system",
        (await BindingAsync(plane)).Metadata.Name,
        V1Patch.Merge(new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [WellKnownAnnotations.StayOut] = text } } }));

    private static async Task<WorkloadKeyBinding> BindingAsync(TestPlane plane) =>
        (await plane.Client.ListAsync<WorkloadKeyBinding>("istio-system")).Items.Single();

    private static async Task<string?> ReasonAsync(TestPlane plane, TestAgent agent)
    {
        try
        {
            await plane.Agent(key: agent.Key).AuthorizeAsync(change: request => request.DryRun = true);
            return null;
        }
        catch (RpcException e)
        {
            return TestAgent.ReasonOf(e).Reason;
        }
    }

    private static async Task RefusedAsync(TestAgent agent, Action<AuthorizeOnboardingRequest>? change = null) =>
        (await TestAgent.RefusedAsync(() => agent.AuthorizeAsync(change: change))).Reason.ShouldBe(Reasons.StayOut);
}
