using System.Security.Cryptography.X509Certificates;
using Onboarding.Api;
using Onboarding.Kubernetes;
using Onboarding.Testing.Clouds;
using Onboarding.Tests.Integration.Endpoint;
using Onboarding.Tests.Integration.Platforms;
using Xunit;

namespace Onboarding.Tests.Integration.Attacks;

/// <summary>SVIDs and service-account tokens that are another's, or for someone else (cases 13 and 17 to 20 on these platforms).</summary>
public sealed class IdentityDocumentTests(PlatformPlane platforms) : AttackOnPlatforms(platforms)
{
    [Fact]
    public async Task Case17_a_JWT_SVID_for_another_audience_is_refused()
    {
        await Refused(Reasons.CredentialAudience, (plane, _) => PlatformCredentials.SpiffeJwt(
            Platforms.Spiffe, plane, change: c => c["aud"] = new System.Text.Json.Nodes.JsonArray("other")));
        await Refused(Reasons.CredentialAudience, (plane, _) => PlatformCredentials.SpiffeJwt(
            Platforms.Spiffe, plane, change: c => c["aud"] = new System.Text.Json.Nodes.JsonArray(plane.Uid, "other")));
        await Refused(Reasons.CredentialAudience, (plane, _) => PlatformCredentials.SpiffeJwt(Platforms.Spiffe, plane, change: c => c.Remove("aud")));
    }

    [Fact]
    public async Task Case18_a_JWT_SVID_without_an_end_is_refused() =>
        await Refused(Reasons.CredentialLifetime, (plane, _) => PlatformCredentials.SpiffeJwt(Platforms.Spiffe, plane, change: c => c.Remove("exp")));

    [Fact]
    public async Task Case20_an_SVID_of_another_trust_domain_is_refused_whoever_signed_it()
    {
        using var stranger = new SpiffeDomain("evil.example");
        using var impostor = new SpiffeDomain();

        await Refused(Reasons.CredentialTenant, (plane, _) => PlatformCredentials.SpiffeJwt(stranger, plane));
        await Refused(Reasons.CredentialSignature, (plane, _) => PlatformCredentials.SpiffeJwt(impostor, plane));
        using IssuedCertificate strange = stranger.Issue("spiffe://evil.example/vm/web-1");
        await Refused(Reasons.CredentialTenant, (plane, key) => PlatformCredentials.SpiffeX509(plane, key, strange));
        using IssuedCertificate posing = stranger.Issue("spiffe://corp.example/vm/web-1");
        await Refused(Reasons.CredentialIssuer, (plane, key) => PlatformCredentials.SpiffeX509(plane, key, posing, stranger.Authority.Certificate));
    }

    [Theory]
    [InlineData("https://corp.example/vm/web-1")]
    [InlineData("spiffe://corp.example/vm/../admin")]
    [InlineData("spiffe://corp.example//vm")]
    [InlineData("spiffe://corp.example/vm/web-1/")]
    [InlineData("spiffe://CORP.example/vm/web-1")]
    [InlineData("spiffe://corp.example/vm/web-1?x")]
    [InlineData("spiffe://corp.example/vm%2fadmin")]
    [InlineData("")]
    public Task A_subject_that_is_no_SPIFFE_ID_is_refused(string subject) =>
        Refused(Reasons.CredentialSubject, (plane, _) => PlatformCredentials.SpiffeJwt(Platforms.Spiffe, plane, change: c => c["sub"] = subject));

    [Fact]
    public async Task A_certificate_with_two_identities_or_none_is_no_SVID()
    {
        using IssuedCertificate two = Platforms.Spiffe.Issue("spiffe://corp.example/vm/web-1", "spiffe://corp.example/vm/admin");
        using IssuedCertificate none = Platforms.Spiffe.Issue();
        using IssuedCertificate domain = Platforms.Spiffe.Issue("spiffe://corp.example");
        using IssuedCertificate authority = Platforms.Spiffe.Authority.Issue("O=SPIFFE", new CertificateTerms
        {
            IsAuthority = true,
            Uris = ["spiffe://corp.example/vm/web-1"],
            KeyUsage = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign,
        });

        await Refused(Reasons.CredentialSubject, (plane, key) => PlatformCredentials.SpiffeX509(plane, key, two));
        await Refused(Reasons.CredentialSubject, (plane, key) => PlatformCredentials.SpiffeX509(plane, key, none));
        await Refused(Reasons.CredentialSubject, (plane, key) => PlatformCredentials.SpiffeX509(plane, key, domain));
        await Refused(Reasons.CredentialUsage, (plane, key) => PlatformCredentials.SpiffeX509(plane, key, authority));
    }

    [Fact]
    public async Task Case17_a_service_account_token_for_the_API_server_or_another_plane_is_refused()
    {
        ServiceAccountToken forServer = await TokenAsync("default", []);
        ServiceAccountToken forOther = await TokenAsync("default", ["other-plane"]);
        ServiceAccountToken forBoth = await TokenAsync("default", [TestPlane.Uid, "other-plane"]);

        await Refused(Reasons.CredentialAudience, (_, _) => PlatformCredentials.Kubernetes(forServer.Token));
        await Refused(Reasons.CredentialAudience, (_, _) => PlatformCredentials.Kubernetes(forOther.Token));
        await Refused(Reasons.CredentialAudience, (_, _) => PlatformCredentials.Kubernetes(forBoth.Token));
    }

    [Fact]
    public async Task A_service_account_token_that_the_cluster_did_not_sign_is_refused()
    {
        using var stranger = new TokenSigner();
        System.Text.Json.Nodes.JsonObject claims = Platforms.Spiffe.Claims(TestPlane.Uid, DateTimeOffset.UtcNow);
        claims["sub"] = "system:serviceaccount:bookinfo:default";
        claims["iss"] = "https://kubernetes.default.svc";

        await Refused(Reasons.CredentialSignature, (_, _) => PlatformCredentials.Kubernetes(stranger.Sign(claims)));
        await Refused(Reasons.CredentialMalformed, (_, _) => PlatformCredentials.Kubernetes("no token"));
    }

    [Fact]
    public async Task A_service_account_of_a_namespace_that_is_not_listed_is_refused()
    {
        ServiceAccountToken token = await Platforms.Plane.Client.CreateTokenAsync("kube-system", "default", [TestPlane.Uid], TimeSpan.FromMinutes(10));

        await Refused(Reasons.CredentialTenant, (_, _) => PlatformCredentials.Kubernetes(token.Token));
    }

    private Task<ServiceAccountToken> TokenAsync(string account, string[] audiences) =>
        Platforms.Plane.Client.CreateTokenAsync("bookinfo", account, audiences, TimeSpan.FromMinutes(10));
}
