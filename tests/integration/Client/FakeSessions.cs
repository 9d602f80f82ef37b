using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Onboarding.Api.Proofs;
using Onboarding.Api.Rpc;

namespace Onboarding.Tests.Integration.ClientTests;

internal sealed class FakeSessions(FakePlane plane) : WorkloadSessionService.WorkloadSessionServiceBase
{
    public override async Task Connect(
        IAsyncStreamReader<AgentMessage> requestStream,
        IServerStreamWriter<PlaneMessage> responseStream,
        ServerCallContext context)
    {
        plane.OnConnect();
        byte[] nonce = RandomNumberGenerator.GetBytes(32);
        await responseStream.WriteAsync(new PlaneMessage { Challenge = new SessionChallenge { Nonce = ByteString.CopyFrom(nonce) } });
        await requestStream.MoveNext();
        SessionProof proof = requestStream.Current.Proof;
        string token = (context.RequestHeaders.GetValue("authorization") ?? "")["Bearer ".Length..];
        byte[] statement = Statements.Session(nonce, token, plane.Uid, proof.RegistrationUid);
        if (!AgentPublicKey.TryRead(proof.PublicKey.Span)!.Verify(statement, proof.Signature.Span))
        {
            throw plane.Complain("session without a good proof");
        }

        var session = new FakeSession(proof);
        var established = new SessionEstablished
        {
            SessionId = $"session-{plane.Epoch + 1}",
            Instance = "plane-0",
            Epoch = ++plane.Epoch,
            HeartbeatInterval = plane.HeartbeatInterval.ToDuration(),
            GracePeriod = TimeSpan.FromMinutes(7).ToDuration(),
        };
        plane.AmendSession(established);
        await responseStream.WriteAsync(new PlaneMessage { Established = established });
        if (plane.Boot is { } boot)
        {
            session.Send(new PlaneMessage { BootConfiguration = boot });
        }

        plane.Add(session);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        Task reading = session.ReadAsync(requestStream, ended.Token);
        await session.WriteAsync(responseStream, context.CancellationToken);

        // Not left behind: the next call on the connection gets this one's body.
        await ended.CancelAsync();
        await reading;
        session.ThrowIfTold();
    }
}
