using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Onboarding.Api;
using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Endpoint.Sessions;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>A session that ended leaves nothing behind on its connection, which the agent's next call uses.</summary>
public sealed class SessionConnectionTests : IAsyncLifetime
{
    private TestPlane _plane = null!;

    public async ValueTask InitializeAsync() => _plane = await TestPlane.StartAsync();

    public ValueTask DisposeAsync() => _plane.DisposeAsync();

    [Fact]
    public async Task B15_Calls_go_on_where_the_plane_ended_a_session_whose_agent_was_silent()
    {
        // The plane waits for the agent's next message when it ends the session. A reader that it left there would be in the way of the
        // call that gets the stream's place: "Reading is already in progress".
        TestAgent agent = _plane.Agent();
        TestSession session = await agent.JoinAsync();
        long epoch = (await session.NextAsync(PlaneMessage.MessageOneofCase.Established)).Established.Epoch;
        for (int i = 0; i < 20; i++)
        {
            await session.SendAsync(new AgentMessage { EpochStored = new EpochStored { Epoch = epoch } });
            TestSession next = await agent.ConnectAsync(epoch);
            epoch = (await next.NextAsync(PlaneMessage.MessageOneofCase.Established)).Established.Epoch;
            TestAgent.ReasonOf((await session.EndAsync())!, StatusCode.Aborted).Reason.ShouldBe(Reasons.SessionReplaced);
            session.Dispose();
            session = next;
            (await agent.RegisterAsync()).Registration.ShouldBe(agent.Registration);
            (await agent.GetPlaneAsync()).Uid.ShouldBe(TestPlane.Uid);
        }

        session.Dispose();
    }

    [Fact]
    public async Task B15_An_agent_comes_back_on_its_connection_after_its_registration_was_deleted()
    {
        TestAgent agent = _plane.Agent();
        for (int i = 0; i < 5; i++)
        {
            agent.RegistrationUid = "";
            using TestSession session = await agent.JoinAsync();
            await session.NextAsync(PlaneMessage.MessageOneofCase.Established);

            await _plane.Client.DeleteAsync<WorkloadAutoRegistration>("bookinfo", agent.Registration);

            await session.EndAsync();
            (await agent.GetPlaneAsync()).Uid.ShouldBe(TestPlane.Uid);
        }
    }

    [Fact]
    public async Task The_end_of_a_session_that_was_cut_off_is_not_written_over_the_one_that_has_its_epoch()
    {
        // An agent that couldn't store its epoch gets it again. The end of its first session comes late, and is about that one alone: the
        // leader would take a connected member out after the grace period.
        TestAgent agent = _plane.Agent();
        using TestSession first = await agent.JoinAsync();
        long epoch = (await first.NextAsync(PlaneMessage.MessageOneofCase.Established)).Established.Epoch;
        WorkloadAutoRegistration cutOff = await MemberAsync(agent);
        using TestSession second = await agent.ConnectAsync();
        (await second.NextAsync(PlaneMessage.MessageOneofCase.Established)).Established.Epoch.ShouldBe(epoch);

        await _plane.Endpoint.Services.GetRequiredService<SessionStatusWriter>().EndAsync(
            cutOff, "AgentConnectionLost", "The connection to the agent was lost.", CancellationToken.None);

        WorkloadAutoRegistrationStatus status = (await MemberAsync(agent)).Status.ShouldNotBeNull();
        status.ActiveAgentConnection.ShouldNotBeNull().ConnectedTo.ShouldBe("plane-a");
        status.Conditions.Single(c => c.Type == WorkloadAutoRegistration.AgentConnected).Status.ShouldBe("True");
    }

    [Theory]
    [InlineData("plane-z")]
    [InlineData(null)]
    public async Task A_session_whose_registration_says_otherwise_ends_so_that_its_agent_comes_back(string? connectedTo)
    {
        // The write of a replica that began a session for a call which was over; or its word that the session ended.
        TestAgent agent = _plane.Agent();
        using TestSession session = await agent.JoinAsync();
        await session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration);
        WorkloadAutoRegistration? member = null;
        await Eventually.Is(
            async () =>
            {
                member = await MemberAsync(agent);
                await _plane.Client.UpdateStatusAsync(member with
                {
                    Status = member.Status! with
                    {
                        ActiveAgentConnection = connectedTo is null ? null : new ActiveAgentConnection(connectedTo),
                        Session = member.Status.Session! with { Id = "another" },
                    },
                });
                return true;
            },
            "the other write is in force");

        TestAgent.ReasonOf((await session.EndAsync())!, StatusCode.Aborted).Reason.ShouldBe(Reasons.SessionReplaced);
    }

    private Task<WorkloadAutoRegistration> MemberAsync(TestAgent agent) =>
        _plane.Client.GetAsync<WorkloadAutoRegistration>("bookinfo", agent.Registration);
}
