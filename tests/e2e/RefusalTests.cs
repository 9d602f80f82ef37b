using System.Text.Json;
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
        string[] audit = await File.ReadAllLinesAsync(mesh.Workspace.AuditLog);
        string denied = audit.First(l => l.Contains("NOT_AUTHORIZED", StringComparison.Ordinal));
        using JsonDocument record = JsonDocument.Parse(denied);
        string correlationId = record.RootElement.GetProperty("correlationId").GetString()!;
        mesh.AgentLog.ShouldContain(l => l.Contains(correlationId, StringComparison.Ordinal), "the machine shows what finds the audit record");

        await mesh.AllowAsync();
        JoinedMember member = await mesh.WaitUntilJoinedAsync();
        member.Sidecar.SpiffeId.ShouldBe("spiffe://cluster.local/ns/bookinfo/sa/bookinfo-ratings");
    }
}
