using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Istio;
using Onboarding.Api.Runtime;
using Onboarding.Testing;
using Onboarding.Testing.Clouds.Aws;
using Onboarding.Tests.Integration.Aws;
using Onboarding.Tests.Integration.Endpoint;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Attacks;

/// <summary>
/// A machine that is stopped or terminated between a check and a write. The plane has no credentials of any cloud, so for EC2 there is no
/// look at the instance's state whose answer could be outdated; what replaces it is that each step is signed on the machine, and that a
/// member without a session is taken out.
/// </summary>
public sealed class Case33StoppedMachineTests(AwsPlane aws) : IClassFixture<AwsPlane>
{
    [Fact]
    public async Task Case33_a_task_that_has_stopped_is_refused_and_so_is_its_renewal()
    {
        TestRole role = aws.Role(AwsPlane.TaskId);
        aws.Aws.AddTask(AwsPlane.TaskArn, role);
        TestAgent agent = aws.EcsAgent(role);
        await agent.AuthorizeAsync();
        aws.Aws.AddTask(AwsPlane.TaskArn, role, status: "STOPPED");

        try
        {
            await aws.RefusedAsync(agent, Reasons.CredentialMalformed, "the same task, which asks for its next token");
            await aws.RefusedAsync(aws.EcsAgent(role), Reasons.CredentialMalformed, "another agent");
        }
        finally
        {
            aws.Aws.AddTask(AwsPlane.TaskArn, role);
        }
    }

    [Fact]
    public async Task Case33_a_machine_that_stops_after_it_was_admitted_is_no_member()
    {
        await using TestPlane plane = await TestPlane.StartAsync();

        await plane.Agent().AuthorizeAsync();

        (await plane.Client.ListAsync<WorkloadAutoRegistration>(null)).Items.ShouldBeEmpty("what makes a member of it is signed by itself");
        (await plane.Client.ListAsync<WorkloadEntry>(null)).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Case33_a_machine_that_stops_after_it_was_registered_is_taken_out()
    {
        await using TestPlane plane = await TestPlane.StartAsync(new JsonObject { ["gracePeriod"] = "1s" });
        TestAgent agent = plane.Agent();
        await agent.AuthorizeAsync();
        await agent.RegisterAsync();

        await Eventually.Is(
            async () => (await plane.Client.ListAsync<WorkloadAutoRegistration>(null)).Items.Count == 0
                && (await plane.Client.ListAsync<WorkloadEntry>(null)).Items.Count == 0,
            "registration and entry go");
        JsonNode record = await AuditLines.FindAsync(plane.AuditLog, agent.RegistrationUid);
        record["action"]!.GetValue<string>().ShouldBe("remove");
        using TestSession late = await agent.ConnectAsync();
        TestAgent.ReasonOf((await late.EndAsync())!).Reason.ShouldBe(Reasons.RegistrationNotFound, "whoever comes with its token and key later");
    }
}
