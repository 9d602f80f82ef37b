using System.Text.Json.Nodes;
using Google.Rpc;
using Grpc.Core;
using Onboarding.Api;
using Onboarding.Api.Istio;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Testing;
using Onboarding.Tests.Integration.Endpoint;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Attacks;

/// <summary>What a policy is about changes between the two decisions, and at which replica the second one is asked for.</summary>
public sealed class Case34GroupEditTests : IAsyncLifetime
{
    private TestPlane _plane = null!;

    public async ValueTask InitializeAsync() => _plane = await TestPlane.StartAsync();

    public ValueTask DisposeAsync() => _plane.DisposeAsync();

    [Theory]
    [InlineData("relabelled")]
    [InlineData("deleted")]
    public async Task Case34_a_group_that_the_policy_no_longer_selects_is_not_joined_with_an_older_token(string how)
    {
        TestAgent agent = _plane.Agent();
        await agent.AuthorizeAsync();
        if (how == "deleted")
        {
            await _plane.Client.DeleteAsync<WorkloadGroup>("bookinfo", "ratings");
        }
        else
        {
            await _plane.Client.PatchAsync<WorkloadGroup>("bookinfo", "ratings", V1Patch.Merge(JsonNode.Parse("""{"metadata": {"labels": {"app": "payments"}}}""")!));
        }

        await Eventually.Is(async () => await _plane.Agent("another").RefusalAsync() == Reasons.NotAuthorized, "the edit is known");

        await RefusedAsync(agent, _plane.AuditLog);
    }

    [Fact]
    public async Task Case34_a_policy_that_was_deleted_lets_an_older_token_in_at_no_replica()
    {
        await using TestReplica replica = await TestReplica.StartAsync(_plane, _plane.KubeconfigPath);
        TestAgent agent = _plane.Agent();
        await agent.AuthorizeAsync();
        TestAgent elsewhere = _plane.Agent(key: agent.Key, through: replica.Channel);
        elsewhere.Token = agent.Token;

        await _plane.Client.DeleteAsync<Onboarding.Api.Policies.OnboardingPolicy>("bookinfo", "joiners");
        await Eventually.Is(async () => await _plane.Agent("another").RefusalAsync() == Reasons.NotAuthorized, "one replica knows");
        await Eventually.Is(async () => await _plane.Agent("another", through: replica.Channel).RefusalAsync() == Reasons.NotAuthorized, "the other knows");

        await RefusedAsync(agent, _plane.AuditLog);
        await RefusedAsync(elsewhere, replica.AuditLog);
    }

    private async Task RefusedAsync(TestAgent agent, string auditLog)
    {
        ErrorInfo refusal = await TestAgent.RefusedAsync(() => agent.RegisterAsync(), StatusCode.PermissionDenied);

        refusal.Reason.ShouldBe(Reasons.NotAuthorized);
        JsonNode record = await AuditLines.FindAsync(auditLog, refusal.Metadata["correlationId"]);
        record["action"]!.GetValue<string>().ShouldBe("register");
        record["outcome"]!.GetValue<string>().ShouldBe("deny");
        record["reason"]!.GetValue<string>().ShouldBe(Reasons.NotAuthorized);
        (await _plane.Client.ListAsync<WorkloadAutoRegistration>(null)).Items.ShouldBeEmpty();
        (await _plane.Client.ListAsync<WorkloadEntry>(null)).Items.ShouldBeEmpty();
    }
}
