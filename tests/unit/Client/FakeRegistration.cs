using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Onboarding.Api.Proofs;
using Onboarding.Api.Rpc;

namespace Onboarding.Tests.Unit.ClientTests;

internal sealed class FakeRegistration(FakePlane plane) : WorkloadRegistrationService.WorkloadRegistrationServiceBase
{
    public override Task<RegisterWorkloadResponse> RegisterWorkload(RegisterWorkloadRequest request, ServerCallContext context)
    {
        CheckProof(request, context);
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

    public override Task<UnregisterWorkloadResponse> UnregisterWorkload(UnregisterWorkloadRequest request, ServerCallContext context)
    {
        CheckProof(request, context);
        plane.OnUnregister(request);
        plane.Unregistrations.Enqueue(request);
        return Task.FromResult(new UnregisterWorkloadResponse { PropagationDelay = plane.PropagationDelay.ToDuration() });
    }

    private void CheckProof(IMessage request, ServerCallContext context)
    {
        string bearer = context.RequestHeaders.GetValue("authorization") ?? "";
        RequestProof proof = RequestProof.Parser.ParseFrom(context.RequestHeaders.GetValueBytes("onboarding-proof-bin") ?? []);
        string token = bearer["Bearer ".Length..];
        byte[] statement = Statements.Request(
            context.Method, request.ToByteArray(), token, plane.Uid, proof.RegistrationUid, proof.TimeUnixMs);
        if (AgentPublicKey.TryRead(proof.PublicKey.Span) is not { } key || !key.Verify(statement, proof.Signature.Span))
        {
            throw plane.Complain($"{context.Method} without a good proof");
        }
    }
}
