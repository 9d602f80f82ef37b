using System.Text.Json;
using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Policies;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Quickstart.Demo;
using Onboarding.Testing;
using Onboarding.Tests.E2E.Infrastructure;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E;

public sealed class RefusalTests
{
    [Fact]
    public async Task A_refused_machine_says_why_the_audit_log_says_more_and_a_policy_lets_it_join_without_a_restart()
    {
        await using Mesh mesh = await Mesh.StartAsync();
        await mesh.StartAgentAsync();
        await Eventually.Is(() => mesh.AgentLog.Any(l => l.Contains("NOT_AUTHORIZED", StringComparison.Ordinal)), $"the agent shows the refusal\n{mesh.Log}");
        string denied = await AuditLineAsync(mesh, "NOT_AUTHORIZED");
        using JsonDocument record = JsonDocument.Parse(denied);
        string correlationId = record.RootElement.GetProperty("correlationId").GetString()!;
        await Eventually.Is(
            () => mesh.AgentLog.Any(l => l.Contains(correlationId, StringComparison.Ordinal)), "the machine shows what finds the audit record");
        record.RootElement.GetProperty("nearestMiss").GetString().ShouldNotBeNull().ShouldStartWith("0 policies in bookinfo;");
        CoreV1Event seen = await RefusalEventAsync(mesh);
        seen.InvolvedObject.Name.ShouldBe(DemoMesh.Group);
        seen.Metadata.Annotations[EventAnnotations.CorrelationIds].ShouldContain(correlationId);

        await mesh.AllowAsync();
        JoinedMember member = await mesh.WaitUntilJoinedAsync();
        member.Sidecar.SpiffeId.ShouldBe("spiffe://cluster.local/ns/bookinfo/sa/bookinfo-ratings");
    }

    [Fact]
    public async Task A_policy_that_misses_by_one_attribute_is_found_by_the_correlation_id_and_fixed_under_the_running_agent()
    {
        await using Mesh mesh = await Mesh.StartAsync();
        await mesh.AllowAsync();
        await EditRoleAsync(mesh, "reviews");
        await mesh.StartAgentAsync();
        await Eventually.Is(() => mesh.AgentLog.Any(l => l.Contains("NOT_AUTHORIZED", StringComparison.Ordinal)), $"the agent shows the refusal\n{mesh.Log}");
        int pid = mesh.Agent!.Id;

        CoreV1Event seen = await RefusalEventAsync(mesh);
        string correlationId = JsonNode.Parse(seen.Metadata.Annotations[EventAnnotations.CorrelationIds])!.AsArray()[^1]!.GetValue<string>();
        await Eventually.Is(() => mesh.AgentLog.Any(l => l.Contains(correlationId, StringComparison.Ordinal)), "the machine shows it, too");
        string line = await AuditLineAsync(mesh, correlationId);
        using JsonDocument record = JsonDocument.Parse(line);
        string nearestMiss = record.RootElement.GetProperty("nearestMiss").GetString()!;
        nearestMiss.ShouldContain(" rule 1: jwt.issuer ");
        nearestMiss.ShouldContain(" jwt.attributes[role] ");
        seen.Metadata.Annotations[EventAnnotations.Explanation].ShouldBe(nearestMiss);

        await EditRoleAsync(mesh, "ratings");
        await mesh.WaitUntilJoinedAsync();
        mesh.Agent.Id.ShouldBe(pid, "without a restart");
    }

    private static async Task EditRoleAsync(Mesh mesh, string role)
    {
        OnboardingPolicy policy = (await mesh.Kubernetes.ListAsync<OnboardingPolicy>(DemoMesh.Namespace)).Items.Single();
        await mesh.Kubernetes.PatchAsync<OnboardingPolicy>(DemoMesh.Namespace, policy.Metadata.Name, V1Patch.Json((JsonArray)JsonNode.Parse($$"""
            [{"op": "replace", "path": "/spec/allow/0/workloads/0/jwt/attributes/0/values", "value": ["{{role}}"]}]
            """)!));
        await Eventually.Is(
            async () => (await mesh.Kubernetes.GetAsync<OnboardingPolicy>(DemoMesh.Namespace, policy.Metadata.Name)) is { Status.ObservedGeneration: { } seen } now
                && seen == now.Metadata.Generation,
            "the plane has seen the edit");
    }

    /// <summary>The first line of the audit log that contains this; the last line may be being written.</summary>
    private static async Task<string> AuditLineAsync(Mesh mesh, string text)
    {
        string? line = null;
        await Eventually.Is(
            async () => (line = (await File.ReadAllTextAsync(mesh.Workspace.AuditLog)).Split('\n')[..^1]
                .FirstOrDefault(l => l.Contains(text, StringComparison.Ordinal))) is not null,
            $"the audit record with {text}");
        return line!;
    }

    private static async Task<CoreV1Event> RefusalEventAsync(Mesh mesh)
    {
        CoreV1Event? seen = null;
        await Eventually.Is(
            async () => (seen = (await mesh.Kubernetes.ListAsync<CoreV1Event>(DemoMesh.Namespace)).Items
                .FirstOrDefault(e => e.Reason == EventAnnotations.Refused)) is not null,
            "the Event of the refusal");
        return seen!;
    }
}
