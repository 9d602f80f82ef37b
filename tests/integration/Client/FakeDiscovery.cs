using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Onboarding.Api.Rpc;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Tests.Integration.ClientTests;

internal sealed class FakeDiscovery(FakePlane plane) : OnboardingDiscoveryService.OnboardingDiscoveryServiceBase
{
    public override Task<Rpc.Plane> GetPlane(GetPlaneRequest request, ServerCallContext context)
    {
        plane.OnGetPlane();
        var answer = new Rpc.Plane
        {
            Uid = plane.Uid,
            ServerTime = (plane.Time.GetUtcNow() + plane.ClockOffset).ToTimestamp(),
            Challenge = ByteString.CopyFromUtf8("challenge"),
            MinimumTransport = plane.MinimumTransport,
            CredentialTypes = { plane.CredentialTypes },
            Version = "v0",
        };
        plane.AmendPlane(answer);
        return Task.FromResult(answer);
    }
}
