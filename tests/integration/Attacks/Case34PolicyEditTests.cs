using System.Text.Json.Nodes;
using Google.Rpc;
using Grpc.Core;
using Onboarding.Api;
using Onboarding.Api.Istio;
using Onboarding.Api.Policies;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Testing;
using Onboarding.Tests.Integration.Endpoint;
using Onboarding.Tests.Integration.Platforms;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Attacks;

/// <summary>A policy that is edited between the two decisions: the token that was given by the old one must not outlive it.</summary>
public sealed class Case34PolicyEditTests(PlatformPlane platforms) : AttackOnPlatforms(platforms)
{
    [Theory]
    [InlineData("deleted", "3401")]
    [InlineData("narrowed", "3402")]
    [InlineData("denying", "3403")]
    public async Task Case34_a_policy_edited_between_authorization_and_registration_counts(string how, string instance)
    {
        KubernetesClient client = Platforms.Plane.Client;
        TestAgent agent = Platforms.Plane.Agent();
        agent.Present = (plane, _) => PlatformCredentials.Gcp(Platforms.Google, plane, instance);
        await agent.AuthorizeAsync();
        OnboardingPolicy policy = await client.GetAsync<OnboardingPolicy>("bookinfo", "platforms");

        try
        {
            await EditAsync(client, how);
            await Eventually.Is(
                async () =>
                {
                    TestAgent another = Platforms.Plane.Agent();
                    another.Present = (plane, _) => PlatformCredentials.Gcp(Platforms.Google, plane, "9" + instance);
                    return await another.RefusalAsync() == Reasons.NotAuthorized;
                },
                "the edit is known");
            ErrorInfo refusal = await TestAgent.RefusedAsync(() => agent.RegisterAsync(), StatusCode.PermissionDenied);

            refusal.Reason.ShouldBe(Reasons.NotAuthorized);
            JsonNode record = await Platforms.AuditAsync(refusal.Metadata["correlationId"]);
            record["action"]!.GetValue<string>().ShouldBe("register");
            record["outcome"]!.GetValue<string>().ShouldBe("deny");
            (await client.ListAsync<WorkloadAutoRegistration>(null)).Items.ShouldNotContain(w => w.Metadata.Name == agent.Registration);
            (await client.ListAsync<WorkloadEntry>(null)).Items.ShouldNotContain(w => w.Metadata.Name == agent.Registration);
        }
        finally
        {
            await RestoreAsync(client, policy, agent);
        }
    }

    private static Task EditAsync(KubernetesClient client, string how) => how switch
    {
        "deleted" => client.DeleteAsync<OnboardingPolicy>("bookinfo", "platforms"),
        "narrowed" => PatchAsync(client, """{"spec": {"allow": [{"workloads": [{"gcp": {"projectIds": ["other"]}}], "onboardTo": [{"workloadGroupSelector": {}}]}]}}"""),
        _ => PatchAsync(client, """{"spec": {"deny": [{"workloads": [{"gcp": {"projectIds": ["shop-prod"]}}], "onboardTo": [{"workloadGroupSelector": {}}]}]}}"""),
    };

    private static Task<OnboardingPolicy> PatchAsync(KubernetesClient client, string patch) =>
        client.PatchAsync<OnboardingPolicy>("bookinfo", "platforms", V1Patch.Merge(JsonNode.Parse(patch)!));

    private static async Task RestoreAsync(KubernetesClient client, OnboardingPolicy policy, TestAgent agent)
    {
        if (await client.TryGetAsync<OnboardingPolicy>("bookinfo", "platforms") is not null)
        {
            await client.DeleteAsync<OnboardingPolicy>("bookinfo", "platforms");
        }

        await client.CreateAsync(policy with { Metadata = new Onboarding.Api.Meta.V1ObjectMeta { Name = "platforms", Namespace = "bookinfo" }, Status = null });
        await Eventually.Is(
            async () =>
            {
                try
                {
                    await agent.RegisterAsync();
                    return true;
                }
                catch (RpcException)
                {
                    return false;
                }
            },
            "once the policy is as it was, the same token registers");
    }
}
