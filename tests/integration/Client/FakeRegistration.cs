using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Onboarding.Api.Proofs;
using Onboarding.Api.Rpc;

namespace Onboarding.Tests.Integration.ClientTests;

internal sealed class FakeRegistration(FakePlane plane) : WorkloadRegistrationService.WorkloadRegistrationServiceBase
{
    public override Task<RegisterWorkloadResponse> RegisterWorkload(SignedRequest signed, ServerCallContext context)
    {
        RegisterWorkloadRequest request = Read(signed, RegisterWorkloadRequest.Parser, context);
        plane.Registrations.Enqueue(request);
        plane.OnRegister(request);
        return Task.FromResult(new RegisterWorkloadResponse
        {
            Registration = "ratings-jwt-demo--vm1",
            RegistrationUid = plane.RegistrationUid,
            Address = request.Registration.Host.Addresses[0].Ip,
            SpiffeId = "spiffe://cluster.local/ns/bookinfo/sa/bookinfo-ratings",
        });
    }

    public override Task<UnregisterWorkloadResponse> UnregisterWorkload(SignedRequest signed, ServerCallContext context)
    {
        UnregisterWorkloadRequest request = Read(signed, UnregisterWorkloadRequest.Parser, context);
        plane.OnUnregister(request);
        plane.Unregistrations.Enqueue(request);
        return Task.FromResult(new UnregisterWorkloadResponse { PropagationDelay = plane.PropagationDelay.ToDuration() });
    }

    private T Read<T>(SignedRequest request, MessageParser<T> parser, ServerCallContext context)
        where T : IMessage<T>
    {
        string bearer = context.RequestHeaders.GetValue("authorization") ?? "";
        string token = bearer["Bearer ".Length..];
        byte[] statement = Statements.Request(
            context.Method, request.Payload.Span, token, plane.Uid, request.RegistrationUid, request.TimeUnixMs);
        if (AgentPublicKey.TryRead(request.PublicKey.Span) is not { } key || !key.Verify(statement, request.Signature.Span))
        {
            throw plane.Complain($"{context.Method} without a good signature");
        }

        return parser.ParseFrom(request.Payload);
    }
}
