using System.Text.Json.Nodes;
using Grpc.Core;
using Onboarding.Api;
using Onboarding.Api.Istio;
using Onboarding.Api.Runtime;
using Onboarding.Testing;
using Onboarding.Tests.Integration.Endpoint;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Attacks;

/// <summary>
/// A join that breaks off after any of its writes: what was written is there, the answer isn't. The agent asks again, and there is one of
/// everything. Also the name of a registration that someone else has (case 36).
/// </summary>
public sealed class Case35LostAnswerTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private TestPlane _plane = null!;

    public async ValueTask InitializeAsync() => _plane = await TestPlane.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _plane.DisposeAsync();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("POST workloadkeybindings")]
    [InlineData("POST workloadautoregistrations")]
    [InlineData("PATCH workloadentries")]
    public async Task Case35_a_write_whose_answer_was_lost_leaves_no_orphan(string write)
    {
        await using CountingProxy proxy = await CountingProxy.StartAsync(_plane.KubeconfigPath, _directory);
        await using TestReplica replica = await TestReplica.StartAsync(_plane, proxy.KubeconfigPath);
        TestAgent agent = _plane.Agent(through: replica.Channel);
        proxy.Loses = request => request == write;
        RpcException lost = await Should.ThrowAsync<RpcException>(async () =>
        {
            await agent.AuthorizeAsync();
            await agent.RegisterAsync();
        });

        TestAgent.ReasonOf(lost, StatusCode.Unavailable).Reason.ShouldBe(Reasons.KubernetesUnavailable);
        JsonNode record = await AuditLines.FindAsync(replica.AuditLog, TestAgent.ReasonOf(lost).Metadata["correlationId"]);
        record["outcome"]!.GetValue<string>().ShouldBe("deny");
        proxy.Loses = _ => false;
        await agent.AuthorizeAsync();
        string uid = (await agent.RegisterAsync()).RegistrationUid;

        WorkloadAutoRegistration member = (await _plane.Client.ListAsync<WorkloadAutoRegistration>(null)).Items.ShouldHaveSingleItem();
        member.Metadata.Uid.ShouldBe(uid);
        WorkloadEntry entry = (await _plane.Client.ListAsync<WorkloadEntry>(null)).Items.ShouldHaveSingleItem();
        entry.Metadata.OwnerReferences.ShouldContain(o => o.Uid == uid);
        (await _plane.Client.ListAsync<WorkloadKeyBinding>(null)).Items.ShouldHaveSingleItem().Spec!.Jkt.ShouldBe(agent.Key.Public.Thumbprint);
    }

    [Fact]
    public async Task Case36_a_registrations_name_that_another_identity_has_is_not_taken_over()
    {
        TestAgent agent = _plane.Agent();
        await agent.AuthorizeAsync();
        await agent.RegisterAsync();
        WorkloadAutoRegistration member = await _plane.Client.GetAsync<WorkloadAutoRegistration>("bookinfo", agent.Registration);
        await agent.UnregisterAsync();
        await Eventually.Is(
            async () => await _plane.Client.TryGetAsync<WorkloadAutoRegistration>("bookinfo", agent.Registration) is null, "its own is gone");
        await _plane.Client.CreateAsync(member with
        {
            Metadata = new Onboarding.Api.Meta.V1ObjectMeta
            {
                Name = member.Metadata.Name,
                Namespace = member.Metadata.Namespace,
                Annotations = member.Metadata.Annotations,
                Labels = member.Metadata.Labels,
            },
            Spec = member.Spec! with
            {
                Identity = new Onboarding.Api.Identity.WorkloadIdentity { Jwt = new Onboarding.Api.Identity.JwtIdentity { Issuer = _plane.Issuer.Name, Subject = "somebody" } },
            },
            Status = null,
        });
        agent.RegistrationUid = "";

        var refusal = await TestAgent.RefusedAsync(() => agent.RegisterAsync(), StatusCode.FailedPrecondition);

        refusal.Reason.ShouldBe(Reasons.NameConflict);
        JsonNode record = await AuditLines.FindAsync(_plane.AuditLog, refusal.Metadata["correlationId"]);
        record["outcome"]!.GetValue<string>().ShouldBe("deny");
        record["reason"]!.GetValue<string>().ShouldBe(Reasons.NameConflict);
        (await _plane.Client.ListAsync<WorkloadEntry>(null)).Items.ShouldBeEmpty();
        (await _plane.Client.GetAsync<WorkloadAutoRegistration>("bookinfo", agent.Registration)).Spec!.Identity.Jwt!.Subject.ShouldBe("somebody");
    }
}
