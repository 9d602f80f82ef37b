using System.Text.Json.Nodes;
using Google.Rpc;
using Grpc.Core;
using Onboarding.Api;
using Onboarding.Api.Istio;
using Onboarding.Api.Policies;
using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Testing;
using Onboarding.Testing.Clouds.Aws;
using Onboarding.Tests.Integration.Aws;
using Onboarding.Tests.Integration.Endpoint;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Attacks;

/// <summary>Overheard documents, copied disks, evicted machines and crashes in between. Each on a plane of its own.</summary>
public sealed class ReplayCaseTests : IAsyncLifetime
{
    private static readonly TestInstance Victim = new() { Id = "i-0fffffffffffffff1" };
    private readonly AwsPlane _aws = new();

    public ValueTask InitializeAsync() => _aws.InitializeAsync();

    public ValueTask DisposeAsync() => _aws.DisposeAsync();

    [Fact]
    public async Task Case29_an_overheard_document_is_worth_nothing_with_another_key()
    {
        byte[] document = Victim.Sign(_aws.Ireland);
        TestAgent owner = _aws.Ec2Agent(Victim, document);
        await owner.AuthorizeAsync();
        await owner.RegisterAsync();

        await _aws.RefusedAsync(_aws.Ec2Agent(Victim, document), Reasons.KeyMismatch);

        await owner.UnregisterAsync();
        await Eventually.Is(async () => (await _aws.Plane.Client.ListAsync<WorkloadAutoRegistration>("bookinfo")).Items.Count == 0, "it has left");
        await _aws.RefusedAsync(_aws.Ec2Agent(Victim, document), Reasons.KeyMismatch, "not even when its owner has left: the document can be replayed");
        await owner.AuthorizeAsync();
    }

    [Fact]
    public async Task Case29_of_two_that_present_it_at_two_replicas_at_once_one_gets_in()
    {
        await using TestReplica replica = await TestReplica.StartAsync(_aws.Plane, _aws.Plane.KubeconfigPath, options: _aws.Options);
        byte[] document = Victim.Sign(_aws.Ireland);
        TestAgent[] agents = [_aws.Ec2Agent(Victim, document), _aws.Ec2Agent(Victim, document, through: replica.Channel)];

        ErrorInfo?[] outcomes = await Task.WhenAll(agents.Select(RefusalOfAsync));

        outcomes.Select(o => o?.Reason).ShouldBe([null, Reasons.KeyMismatch], ignoreOrder: true);
        int loser = Array.FindIndex(outcomes, o => o is not null);
        JsonNode record = await AuditLines.FindAsync(
            loser == 0 ? _aws.Plane.AuditLog : replica.AuditLog, outcomes[loser]!.Metadata["correlationId"]);
        record["outcome"]!.GetValue<string>().ShouldBe("deny");
        record["reason"]!.GetValue<string>().ShouldBe(Reasons.KeyMismatch);
        (await _aws.Plane.Client.ListAsync<WorkloadKeyBinding>("istio-system")).Items.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Case29_it_is_worth_nothing_after_a_restart_of_the_plane_either()
    {
        // "Store failover" is the Kubernetes API's own: the binding is an object in it, and nowhere else.
        byte[] document = Victim.Sign(_aws.Ireland);
        await _aws.Ec2Agent(Victim, document).AdmitAsync();
        await _aws.Plane.RestartAsync();

        await _aws.RefusedAsync(_aws.Ec2Agent(Victim, document), Reasons.KeyMismatch);
    }

    [Fact]
    public async Task Case31_a_copied_disk_on_another_instance_is_refused()
    {
        TestAgent original = _aws.Ec2Agent(Victim);
        await original.AdmitAsync();
        await Eventually.Is(
            async () => await ReasonOfAsync(_aws.Ec2Agent(Victim with { Id = "i-0fffffffffffffff2" }, key: original.Key)) == Reasons.KeyInUse, "the key is known");

        await _aws.RefusedAsync(_aws.Ec2Agent(Victim with { Id = "i-0fffffffffffffff3" }, key: original.Key), Reasons.KeyInUse);
    }

    [Fact]
    public async Task Case31_a_copied_disk_that_poses_as_the_same_instance_is_noticed()
    {
        TestAgent original = _aws.Ec2Agent(Victim);
        using TestSession session = await original.JoinAsync();
        await session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration);
        await session.SendAsync(new AgentMessage { EpochStored = new EpochStored { Epoch = 1 } });
        await session.SendAsync(new AgentMessage { Heartbeat = new Heartbeat() });
        await session.NextAsync(PlaneMessage.MessageOneofCase.Heartbeat);

        using TestSession copy = await original.ConnectAsync(epoch: 0);

        await EndedAsync(copy, Reasons.PossibleClone);
        WorkloadAutoRegistration member = (await _aws.Plane.Client.ListAsync<WorkloadAutoRegistration>("bookinfo")).Items.ShouldHaveSingleItem();
        member.Status!.Conditions.ShouldContain(c => c.Type == "PossibleClone" && c.Status == "True", "which of the two is the copy nobody can tell: it is flagged for people");
        member.Status.Session!.Epoch.ShouldBe(1, "nothing of the copy's was taken over");
        (await _aws.Plane.Client.ListAsync<WorkloadEntry>("bookinfo")).Items.ShouldHaveSingleItem();
        await session.SendAsync(new AgentMessage { Heartbeat = new Heartbeat() });
        (await session.NextAsync()).MessageCase.ShouldBe(PlaneMessage.MessageOneofCase.Heartbeat, "the one that is connected stays");
    }

    [Fact]
    public async Task Case32_an_evicted_machine_loses_its_session_and_does_not_get_back()
    {
        TestAgent agent = _aws.Ec2Agent(Victim);
        using TestSession session = await agent.JoinAsync();
        await session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration);

        await _aws.Plane.Client.DeleteAsync<OnboardingPolicy>("bookinfo", "aws");
        await _aws.Plane.Client.DeleteAsync<WorkloadAutoRegistration>("bookinfo", agent.Registration);

        await session.EndAsync();
        await Eventually.Is(async () => await ReasonOfAsync(_aws.Ec2Agent(Victim, key: agent.Key)) == Reasons.NotAuthorized, "the policy is gone");
        await Eventually.Is(async () => (await _aws.Plane.Client.ListAsync<WorkloadEntry>("bookinfo")).Items.Count == 0, "its entry is gone");
        await _aws.RefusedAsync(() => agent.RegisterAsync(), Reasons.NotAuthorized, "the token it still has is worth nothing");
        using TestSession again = await agent.ConnectAsync(epoch: 1);
        await EndedAsync(again, Reasons.RegistrationNotFound);
        (await _aws.Plane.Client.ListAsync<WorkloadAutoRegistration>("bookinfo")).Items.ShouldBeEmpty();
    }

    private static async Task<string?> ReasonOfAsync(TestAgent agent) => (await RefusalOfAsync(agent))?.Reason;

    private static async Task<ErrorInfo?> RefusalOfAsync(TestAgent agent)
    {
        try
        {
            await agent.AdmitAsync();
            return null;
        }
        catch (RpcException e)
        {
            return TestAgent.ReasonOf(e);
        }
    }

    /// <summary>Asserts that the plane ends a session for a reason, and that the audit log says so.</summary>
    private async Task EndedAsync(TestSession session, string reason)
    {
        ErrorInfo info = TestAgent.ReasonOf((await session.EndAsync())!);
        info.Reason.ShouldBe(reason);
        JsonNode record = await AuditLines.FindAsync(_aws.Plane.AuditLog, info.Metadata["correlationId"]);
        record["outcome"]!.GetValue<string>().ShouldBe("deny");
        record["reason"]!.GetValue<string>().ShouldBe(reason);
    }
}
