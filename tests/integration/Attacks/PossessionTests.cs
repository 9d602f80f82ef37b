using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Onboarding.Api;
using Onboarding.Api.Rpc;
using Onboarding.Testing;
using Onboarding.Testing.Clouds;
using Onboarding.Tests.Integration.Platforms;
using Xunit;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Tests.Integration.Attacks;

/// <summary>A certificate is public; only who has its key may come with it, now, to this plane, for this agent (cases 26 and 29 for certificates).</summary>
public sealed class PossessionTests(PlatformPlane platforms) : AttackOnPlatforms(platforms)
{
    [Fact]
    public async Task Case26_a_proof_for_another_challenge_agent_or_plane_is_refused()
    {
        using IssuedCertificate certificate = Platforms.Corp.Issue();
        using var other = new TestAgentKey();
        Rpc.Plane earlier = await Platforms.Plane.Agent().GetPlaneAsync();

        await Refused(Reasons.CredentialSignature, (_, key) => PlatformCredentials.X509(earlier, key, certificate), "an earlier challenge");
        await Refused(Reasons.CredentialSignature, (plane, _) => PlatformCredentials.X509(plane, other, certificate), "another agent's key");
        await Refused(
            Reasons.CredentialSignature,
            (plane, key) => PlatformCredentials.X509(new Rpc.Plane { Uid = "other-plane", Challenge = plane.Challenge }, key, certificate),
            "another plane");
    }

    [Fact]
    public async Task Case29_a_certificate_without_its_key_is_refused()
    {
        using IssuedCertificate stolen = Platforms.Corp.Issue("CN=victim,O=Corp");
        using IssuedCertificate own = Platforms.Corp.Issue("CN=thief,O=Corp");

        await Refused(Reasons.CredentialSignature, (plane, key) => With(PlatformCredentials.Possession(plane, key, own), p =>
        {
            p.Certificates[0] = ByteString.CopyFrom(stolen.Certificate.RawData);
        }));
        await Refused(Reasons.CredentialMalformed, (plane, key) => With(PlatformCredentials.Possession(plane, key, own), p => p.Signature = ByteString.Empty));
        await Refused(Reasons.CredentialMalformed, (plane, key) => With(PlatformCredentials.Possession(plane, key, own), p => p.Nonce = ByteString.Empty));
        await Refused(Reasons.CredentialMalformed, (_, _) => Any.Pack(new X509Credential()));
    }

    private static Any With(X509Possession possession, Action<X509Possession> change)
    {
        change(possession);
        return Any.Pack(new X509Credential { Possession = possession });
    }
}
