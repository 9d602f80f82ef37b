using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Onboarding.Api;
using Onboarding.Api.Proofs;
using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Endpoint.Services;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>A fault of the plane's own in a session is heard of, and the session doesn't go on looking as if it stood.</summary>
public sealed class SessionFaultTests : IAsyncLifetime
{
    private TestPlane _plane = null!;

    public async ValueTask InitializeAsync() => _plane = await TestPlane.StartAsync();

    public ValueTask DisposeAsync() => _plane.DisposeAsync();

    [Fact]
    public async Task A_fault_while_messages_are_read_ends_the_session_and_is_logged()
    {
        _plane.Log.Expect("ended because of an unexpected error");
        TestAgent agent = _plane.Agent();
        await agent.AuthorizeAsync();
        await agent.RegisterAsync();
        var stream = new FaultyStream(agent);
        SessionService service = _plane.Endpoint.Services.GetRequiredService<SessionService>();

        RpcException end = await Should.ThrowAsync<RpcException>(service.Connect(stream, stream, new TestCall(agent.Token)));

        TestAgent.ReasonOf(end, StatusCode.Internal).Reason.ShouldBe(Reasons.Internal);
        _plane.Log.Entries.ShouldContain(e => e.EventId.Id == 4118 && e.Exception is FormatException);
        WorkloadAutoRegistration member = await _plane.Client.GetAsync<WorkloadAutoRegistration>("bookinfo", agent.Registration);
        member.Status!.Conditions.ShouldContain(c => c.Type == "AgentConnected" && c.Status == "False" && c.Reason == "PlaneFault");
        _plane.Endpoint.Sessions.ShouldBe(0);
    }

    /// <summary>Answers the challenge, waits until the session is established, and then fails as no connection does.</summary>
    private sealed class FaultyStream(TestAgent agent) : IAsyncStreamReader<AgentMessage>, IServerStreamWriter<PlaneMessage>
    {
        private readonly Channel<PlaneMessage> _sent = Channel.CreateUnbounded<PlaneMessage>();

        public AgentMessage Current { get; private set; } = null!;

        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(PlaneMessage message) => _sent.Writer.WriteAsync(message).AsTask();

        public Task WriteAsync(PlaneMessage message, CancellationToken cancellationToken) => WriteAsync(message);

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            PlaneMessage next = await _sent.Reader.ReadAsync(cancellationToken);
            if (next.Challenge is not { } challenge)
            {
                throw new FormatException("nobody expected this");
            }

            Current = new AgentMessage
            {
                Proof = new SessionProof
                {
                    PublicKey = ByteString.CopyFrom(agent.Key.PublicBytes),
                    RegistrationUid = agent.RegistrationUid,
                    Signature = ByteString.CopyFrom(agent.Key.Sign(
                        Statements.Session(challenge.Nonce.Span, agent.Token, TestPlane.Uid, agent.RegistrationUid))),
                },
            };
            return true;
        }
    }
}
