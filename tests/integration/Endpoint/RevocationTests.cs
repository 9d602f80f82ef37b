using System.Text.Json.Nodes;
using Grpc.Core;
using Onboarding.Api;
using Onboarding.Api.Istio;
using Onboarding.Api.Meta;
using Onboarding.Api.Policies;
using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Operator.Revocation;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>Admissions that are taken back.</summary>
public sealed class RevocationTests
{
    [Fact]
    public async Task A_member_that_no_policy_admits_any_more_is_reported_stays_and_is_restored_with_the_policy()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        TestAgent agent = plane.Agent();
        using TestSession session = await agent.JoinAsync();
        await session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration);
        await plane.Client.DeleteAsync<OnboardingPolicy>("bookinfo", "joiners");

        V1Condition condition = await AuthorizedAsync(plane, agent, "False");

        condition.Reason.ShouldBe("NoRuleAllows");
        condition.Message.ShouldBeGolden();
        CoreV1Event said = await EventAsync(plane, EventAnnotations.Unauthorized);
        (said.InvolvedObject.Kind, said.InvolvedObject.Name).ShouldBe(("WorkloadAutoRegistration", agent.Registration));
        said.Metadata.Annotations[EventAnnotations.Instance].ShouldBe("jwt-corp--host-1");
        plane.Endpoint.Sessions.ShouldBe(1, "Report removes nobody");
        (await plane.Client.TryGetAsync<WorkloadEntry>("bookinfo", agent.Registration)).ShouldNotBeNull();

        await plane.CreatePolicyAsync();
        (await AuthorizedAsync(plane, agent, "True")).Reason.ShouldBe("PolicyAllows");
    }

    [Fact]
    public async Task What_eviction_guarantees_and_what_it_can_not()
    {
        await using TestPlane plane = await TestPlane.StartAsync(new JsonObject { ["revocation"] = new JsonObject { ["mode"] = "Evict" } });
        TestAgent agent = plane.Agent();
        using TestSession session = await agent.JoinAsync();
        string istioToken = (await session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration)).BootConfiguration.IstioToken.Token;
        await plane.Client.CreateAsync(OnboardingPolicy.FromJson((JsonObject)JsonNode.Parse("""
            {"metadata": {"name": "keep-out", "namespace": "bookinfo"}, "spec": {"deny": [{"workloads": [{"jwt": {"subjects": ["host-1"]}}]}]}}
            """)!));

        PlaneMessage gone = await session.NextAsync(PlaneMessage.MessageOneofCase.RegistrationGone);
        await session.EndAsync();
        gone.RegistrationGone.Rejoin.ShouldBeTrue("should a policy admit it again, it comes back by itself");
        await Eventually.Is(() => plane.Endpoint.Sessions == 0, "no session is left");

        (await TestAgent.RefusedAsync(() => agent.AuthorizeAsync(), StatusCode.PermissionDenied)).Reason.ShouldBe(Reasons.NotAuthorized);
        (await TestAgent.RefusedAsync(() => agent.RegisterAsync())).Reason.ShouldBe(Reasons.NotAuthorized);
        using TestSession again = await agent.ConnectAsync();
        TestAgent.ReasonOf((await again.EndAsync())!).Reason.ShouldBe(Reasons.RegistrationNotFound);

        (await plane.Client.TryGetAsync<WorkloadEntry>("bookinfo", agent.Registration)).ShouldBeNull();
        (await plane.Client.TryGetAsync<WorkloadAutoRegistration>("bookinfo", agent.Registration)).ShouldBeNull();

        using var cluster = new ClusterClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(plane.KubeconfigPath));
        (await cluster.ReviewTokenAsync(istioToken, "istio-ca")).Authenticated.ShouldBeTrue("what istiod was given stays good until it expires");
        CoreV1Event said = await EventAsync(plane, EventAnnotations.Evicted);
        said.InvolvedObject.Name.ShouldBe("ratings");
        said.Message!.ShouldContain("policy keep-out deny rule 1: jwt.subjects matched");
    }

    [Fact]
    public async Task No_more_members_are_removed_in_a_minute_than_the_ceiling_says()
    {
        await using TestPlane plane = await TestPlane.StartAsync(
            new JsonObject { ["revocation"] = new JsonObject { ["mode"] = "Evict", ["maxPerMinute"] = 2 } });
        for (int i = 1; i <= 5; i++)
        {
            TestAgent agent = plane.Agent($"host-{i}");
            await agent.AuthorizeAsync();
            await agent.RegisterAsync();
        }

        await plane.Client.DeleteAsync<OnboardingPolicy>("bookinfo", "joiners");
        await Eventually.Is(
            async () => await MembersAsync(plane) is { Count: 3 } left
                && left.All(m => m.Status?.Conditions.Any(c => c is { Type: "Authorized", Status: "False" }) ?? false),
            "three are left, all of them reported");

        (await MembersAsync(plane)).Count.ShouldBe(3);
        await Eventually.Is(
            () => plane.Log.Text.Contains("More members lost their authorization than revocation.maxPerMinute (2) lets be removed now", StringComparison.Ordinal), "the warning");
    }

    [Fact]
    public async Task A_policy_that_can_not_be_read_reports_members_and_evicts_nobody()
    {
        await using TestPlane plane = await TestPlane.StartAsync(new JsonObject { ["revocation"] = new JsonObject { ["mode"] = "Evict" } });
        TestAgent agent = plane.Agent();
        await agent.AuthorizeAsync();
        await agent.RegisterAsync();
        await plane.Client.CreateAsync(OnboardingPolicy.FromJson((JsonObject)JsonNode.Parse("""
            {"metadata": {"name": "typo", "namespace": "bookinfo"}, "spec": {"deny": [{"workloads": [{"jwt": {"subject": ["host-9"]}}]}]}}
            """)!));

        V1Condition condition = await AuthorizedAsync(plane, agent, "False");

        condition.Reason.ShouldBe("PolicyInvalid");
        (await plane.Client.TryGetAsync<WorkloadEntry>("bookinfo", agent.Registration)).ShouldNotBeNull();
    }

    [Fact]
    public void The_budget_of_a_minute_comes_back_as_the_minute_passes()
    {
        var time = new FakeTimeProvider();
        EvictionBudget budget = new(time);

        Enumerable.Range(0, 4).Select(_ => budget.TryTake(3)).ShouldBe([true, true, true, false]);
        time.Advance(TimeSpan.FromSeconds(59));
        budget.TryTake(3).ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(1));
        Enumerable.Range(0, 4).Select(_ => budget.TryTake(3)).ShouldBe([true, true, true, false]);
    }

    private static async Task<IReadOnlyList<WorkloadAutoRegistration>> MembersAsync(TestPlane plane) =>
        (await plane.Client.ListAsync<WorkloadAutoRegistration>("bookinfo")).Items;

    private static async Task<V1Condition> AuthorizedAsync(TestPlane plane, TestAgent agent, string status)
    {
        V1Condition? condition = null;
        await Eventually.Is(
            async () => (condition = (await plane.Client.GetAsync<WorkloadAutoRegistration>("bookinfo", agent.Registration)).Status?.Conditions
                .FirstOrDefault(c => c.Type == "Authorized")) is { } found && found.Status == status,
            $"Authorized={status}");
        return condition!;
    }

    private static async Task<CoreV1Event> EventAsync(TestPlane plane, string reason)
    {
        CoreV1Event? found = null;
        await Eventually.Is(
            async () => (found = (await plane.Client.ListAsync<CoreV1Event>("bookinfo")).Items.FirstOrDefault(e => e.Reason == reason)) is not null, reason);
        return found!;
    }
}
