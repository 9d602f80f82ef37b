using System.Text;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using Onboarding.Api;
using Onboarding.Api.Istio;
using Onboarding.Api.Policies;
using Onboarding.Api.Rpc;
using Onboarding.Endpoint.Authentication;
using Onboarding.Endpoint.Tokens;
using Onboarding.Kubernetes;
using Onboarding.Plane.Keys;
using Onboarding.Plane.Refusals;
using Onboarding.Testing;
using Onboarding.Testing.Clouds;
using Onboarding.Tests.Integration.Endpoint;
using Onboarding.Tests.Integration.Platforms;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Attacks.Flips;

/// <summary>
/// A property of every credential that is one signed text or a secret: with any byte of the message changed, in the token or in what it
/// is wrapped in, it lets no one in. Asked of the verifiers of a real plane, as most tries would only meet the limit on failures.
/// </summary>
public sealed class TokenFlipTests(PlatformPlane platforms) : IClassFixture<PlatformPlane>, IDisposable
{
    private readonly TestAgentKey _key = new();

    private static DateTimeOffset Now => DateTimeOffset.UtcNow;

    public void Dispose() => _key.Dispose();

    [Fact]
    public Task No_JWT_with_a_byte_changed_is_accepted() =>
        EachAsync(new JwtCredential { Token = platforms.Plane.Issuer.Sign(platforms.Plane.Issuer.Claims(TestPlane.Uid, Now)) });

    [Fact]
    public Task No_JWT_SVID_with_a_byte_changed_is_accepted() =>
        EachAsync(new SpiffeJwtCredential { Token = platforms.Spiffe.Tokens.Sign(platforms.Spiffe.Claims(TestPlane.Uid, Now)) });

    [Fact]
    public Task No_instance_token_of_GCP_with_a_byte_changed_is_accepted() =>
        EachAsync(new GcpCredential { Token = platforms.Google.Sign(GoogleTokens.Claims(TestPlane.Uid, Now)) });

    [Fact]
    public async Task No_service_account_token_with_a_byte_changed_is_accepted()
    {
        ServiceAccountToken token = await platforms.Plane.Client.CreateTokenAsync("bookinfo", "default", [TestPlane.Uid], TimeSpan.FromMinutes(10));

        // Each try that has the form of a token asks the API server.
        await EachAsync(new KubernetesCredential { Token = token.Token }, sampled: true);
    }

    [Fact]
    public async Task No_join_token_with_a_byte_changed_is_accepted()
    {
        JoinTokenText token = await platforms.CreateJoinTokenAsync("rack-flip");

        await EachAsync(new JoinTokenCredential { Token = token.Value });
    }

    [Fact]
    public async Task No_onboarding_token_with_a_byte_changed_is_accepted()
    {
        TestAgent agent = await platforms.AdmitAsync((plane, _) => PlatformCredentials.Gcp(platforms.Google, plane, "71"));
        TokenKeys keys = platforms.Plane.Endpoint.Services.GetRequiredService<TokenKeyStore>().Required;
        var reader = new OnboardingTokenReader(TimeProvider.System);
        reader.Read(agent.Token, TestPlane.Uid, keys).Registration.ShouldBe(agent.Registration);

        foreach ((byte[] changed, string what) in ByteFlips.ThreeOfEach(Encoding.ASCII.GetBytes(agent.Token)))
        {
            Should.Throw<RefusedException>(
                () => reader.Read(Encoding.Latin1.GetString(changed), TestPlane.Uid, keys), what).Refusal.Reason.ShouldBe(Reasons.TokenInvalid, what);
        }
    }

    private Task EachAsync(IMessage credential, bool sampled = false)
    {
        byte[] genuine = credential.ToByteArray();
        ICredentialAuthenticator authenticator = platforms.Plane.Endpoint.Services.GetServices<ICredentialAuthenticator>()
            .Single(a => a.MessageName == credential.Descriptor.FullName);
        return ByteFlips.RefusedAsync(
            authenticator,
            genuine,
            bytes => new AuthenticationRequest(bytes, TestPlane.Uid, _key.Public)
            {
                Challenge = new byte[57],
                Group = new WorkloadGroupReference(TestPlane.Namespace, TestPlane.Group),
            },
            sampled ? ByteFlips.Sampled(genuine, seed: 71) : ByteFlips.ThreeOfEach(genuine));
    }
}
