using Google.Protobuf.WellKnownTypes;
using Onboarding.Api;
using Onboarding.Api.Policies;
using Onboarding.Testing;
using Onboarding.Testing.Clouds;
using Onboarding.Tests.Integration.Endpoint;
using Onboarding.Tests.Integration.Platforms;
using Xunit;

namespace Onboarding.Tests.Integration.Attacks;

/// <summary>
/// A credential of each platform that someone overheard, while the machine that it belongs to is a member: worth nothing with another key,
/// now, at another replica and after a restart. (When the machine has left and its grace period is over, a JWT, an SVID and a service-account
/// token are fresh proofs for this plane, and the plane lets such a proof bring a new key; a document that stays the same never does.)
/// </summary>
public sealed class Case29OverheardTests(PlatformPlane platforms) : AttackOnPlatforms(platforms), IDisposable
{
    private readonly IssuedCertificate _certificate = platforms.Corp.Issue("CN=overheard,O=Corp");
    private readonly IssuedCertificate _svid = platforms.Spiffe.Issue("spiffe://corp.example/vm/overheard-x509");

    public void Dispose()
    {
        _certificate.Dispose();
        _svid.Dispose();
    }

    [Theory]
    [InlineData("GCP", Reasons.KeyMismatch)]
    [InlineData("Azure", Reasons.CredentialAudience)]
    [InlineData("Kubernetes", Reasons.KeyMismatch)]
    [InlineData("JWT-SVID", Reasons.KeyMismatch)]
    [InlineData("X.509-SVID", Reasons.CredentialSignature)]
    [InlineData("X.509", Reasons.CredentialSignature)]
    [InlineData("join token", Reasons.KeyMismatch)]
    public async Task Case29_an_overheard_credential_is_worth_nothing_with_another_key(string platform, string reason)
    {
        string serviceAccount = (await Platforms.Plane.Client.CreateTokenAsync("bookinfo", "default", [TestPlane.Uid], TimeSpan.FromMinutes(10))).Token;
        JoinTokenText? joinToken = platform == "join token" ? await Platforms.CreateJoinTokenAsync("rack-overheard") : null;
        Any? sent = null;
        await Platforms.AdmitAsync((plane, key) => sent = platform switch
        {
            "GCP" => PlatformCredentials.Gcp(Platforms.Google, plane, "2901"),
            "Azure" => PlatformCredentials.Azure(Platforms.Azure, plane, key),
            "Kubernetes" => PlatformCredentials.Kubernetes(serviceAccount),
            "JWT-SVID" => PlatformCredentials.SpiffeJwt(Platforms.Spiffe, plane, "/vm/overheard"),
            "X.509-SVID" => PlatformCredentials.SpiffeX509(plane, key, _svid),
            "X.509" => PlatformCredentials.X509(plane, key, _certificate),
            _ => PlatformCredentials.Join(joinToken!),
        });

        await Refused(reason, (_, _) => sent!, platform);
        await Platforms.Plane.RestartAsync();
        await Refused(reason, (_, _) => sent!, $"{platform}, after a restart");
    }

    [Fact]
    public async Task Case29_a_used_token_is_worth_nothing_after_a_restart_even_where_its_machine_has_left()
    {
        string token = Platforms.Google.Sign(GoogleTokens.Claims(TestPlane.Uid, DateTimeOffset.UtcNow, "2902"));
        TestAgent owner = await Platforms.AdmitAsync((_, _) => PlatformCredentials.Gcp(token));
        await owner.AuthorizeAsync();
        await owner.UnregisterAsync();
        await Platforms.Plane.RestartAsync();

        await Refused(Reasons.CredentialReplayed, (_, _) => PlatformCredentials.Gcp(token));
    }

    [Fact]
    public async Task Case31_a_copied_disk_on_another_machine_is_refused_on_every_platform()
    {
        using var disk = new TestAgentKey();
        await Platforms.AdmitAsync((plane, _) => PlatformCredentials.Gcp(Platforms.Google, plane, "3101"), disk);
        using IssuedCertificate other = Platforms.Corp.Issue("CN=other-machine,O=Corp");

        await Platforms.RefuseAsync(Reasons.KeyInUse, (plane, _) => PlatformCredentials.Gcp(Platforms.Google, plane, "3102"), disk);
        await Platforms.RefuseAsync(Reasons.KeyInUse, (plane, _) => PlatformCredentials.SpiffeJwt(Platforms.Spiffe, plane, "/vm/other"), disk);
        await Platforms.RefuseAsync(Reasons.KeyInUse, (plane, key) => PlatformCredentials.X509(plane, key, other), disk);
        await Platforms.RefuseAsync(
            Reasons.KeyInUse,
            (plane, key) => PlatformCredentials.Azure(Platforms.Azure, plane, key, c => c["vmId"] = "00000000-0000-4000-8000-00000000031a"),
            disk);
    }
}
