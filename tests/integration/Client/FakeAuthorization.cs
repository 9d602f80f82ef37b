using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Onboarding.Api.Proofs;
using Onboarding.Api.Rpc;

namespace Onboarding.Tests.Integration.ClientTests;

internal sealed class FakeAuthorization(FakePlane plane) : OnboardingAuthorizationService.OnboardingAuthorizationServiceBase
{
    public override Task<AuthorizeOnboardingResponse> AuthorizeOnboarding(AuthorizeOnboardingRequest request, ServerCallContext context)
    {
        AgentPublicKey? key = AgentPublicKey.TryRead(request.AgentPublicKey.Span);
        byte[] statement = Statements.Authorization(
            "challenge"u8, request.Credential, request.WorkloadGroup.Namespace, request.WorkloadGroup.Name, plane.Uid, request.AgentPublicKey.Span);
        if (key is null || !key.Verify(statement, request.Signature.Span))
        {
            throw plane.Complain("authorization without a good signature");
        }

        plane.Authorizations.Enqueue(request);
        plane.OnAuthorize(request);
        var answer = new AuthorizeOnboardingResponse
        {
            Token = plane.NewToken(),
            ExpiresAt = (plane.Time.GetUtcNow() + plane.TokenLife).ToTimestamp(),
            Registration = "ratings-jwt-demo--vm1",
            Policy = "ratings",
            Rule = 1,
            CorrelationId = "corr-0",
        };
        plane.AmendAuthorization(answer);
        return Task.FromResult(answer);
    }
}
