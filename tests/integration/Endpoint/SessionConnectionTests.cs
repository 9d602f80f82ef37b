using Grpc.Core;
using Onboarding.Api;
using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
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
}
