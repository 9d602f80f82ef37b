using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Onboarding.Api.Install;
using Onboarding.Api.Rpc;
using Onboarding.Endpoint.Authentication;
using Onboarding.Endpoint.Calls;
using Onboarding.Endpoint.Discovery;
using Onboarding.Endpoint.Tokens;
using Onboarding.Plane.Refusals;
using Onboarding.Plane.Settings;

namespace Onboarding.Endpoint.Services;

/// <summary>GetPlane: what an agent needs to know before it can prove who it is. Costs one MAC and no memory.</summary>
internal sealed class DiscoveryService(
    PlaneConfiguration plane,
    TokenKeyStore keys,
    ChallengeIssuer challenges,
    CredentialAuthenticators credentials,
    TimeProvider time) : OnboardingDiscoveryService.OnboardingDiscoveryServiceBase
{
    private static readonly string Version = "v" + typeof(DiscoveryService).Assembly.GetName().Version!.ToString(3);

    public override Task<Api.Rpc.Plane> GetPlane(GetPlaneRequest request, ServerCallContext context)
    {
        try
        {
            PlaneSettings settings = plane.Required;
            Challenge challenge = challenges.Create(keys.Required.ChallengeKey);
            var answer = new Api.Rpc.Plane
            {
                Uid = settings.Uid,
                ServerTime = Timestamp.FromDateTimeOffset(time.GetUtcNow()),
                Challenge = ByteString.CopyFrom(challenge.Bytes),
                ChallengeExpiresAt = Timestamp.FromDateTimeOffset(challenge.ExpiresAt),
                MinimumTransport = settings.Spec.MinimumTransport == MinimumTransportSecurity.Verified
                    ? MinimumTransport.Verified
                    : MinimumTransport.Unspecified,
                Version = Version,
            };
            answer.CredentialTypes.AddRange(credentials.Accepted);
            return Task.FromResult(answer);
        }
        catch (RefusedException e)
        {
            // No decision about anybody, so nothing for the audit log.
            throw RefusalStatus.ToRpcException(e.Refusal, "none");
        }
    }
}
