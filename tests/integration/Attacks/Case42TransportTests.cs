using System.Security.Cryptography.X509Certificates;
using Onboarding.Api;
using Onboarding.Testing.Clouds;
using Onboarding.Tests.Integration.Platforms;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Attacks;

/// <summary>
/// The plane's TLS. Client certificates have no meaning in it: none is asked for, so none can be resumed with or be of the wrong
/// role. Who has a certificate proves it in the call instead (<see cref="PossessionTests"/>), and there its role counts.
/// </summary>
public sealed class Case42TransportTests(PlatformPlane platforms) : AttackOnPlatforms(platforms)
{
    [Theory]
    [InlineData(0x0301)]
    [InlineData(0x0302)]
    public async Task Case42_versions_of_TLS_before_1_2_get_an_alert(int version)
    {
        (byte record, IReadOnlyList<(byte Type, byte[] Body)> messages) = await RawTls.HelloAsync(Platforms.Plane.Endpoint.Address, version);

        record.ShouldBe(RawTls.Alert);
        messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task Case42_no_session_can_be_resumed_and_no_client_certificate_is_asked_for()
    {
        (byte record, IReadOnlyList<(byte Type, byte[] Body)> messages) = await RawTls.HelloAsync(Platforms.Plane.Endpoint.Address, 0x0303);

        record.ShouldBe(RawTls.Handshake, "the same hello with TLS 1.2 is answered");
        messages.ShouldContain(m => m.Type == RawTls.ServerHelloDone);
        (int sessionId, IReadOnlyList<int> extensions) = RawTls.Read(messages.Single(m => m.Type == RawTls.ServerHello).Body);
        sessionId.ShouldBe(0, "the server keeps no session");
        extensions.ShouldNotContain(RawTls.SessionTicket, "and gives the client none to keep");
        messages.ShouldNotContain(m => m.Type == RawTls.CertificateRequest);
    }

    [Fact]
    public async Task Case42_a_certificate_of_the_right_authority_for_another_role_is_refused()
    {
        using IssuedCertificate server = Platforms.Corp.Issue(
            "CN=gateway,O=Corp", new CertificateTerms { ExtendedUsages = [CertificateAuthority.ServerAuthentication], DnsNames = ["gateway.corp.example"] });
        using IssuedCertificate authority = Platforms.Corp.Issue(
            "CN=sub,O=Corp", new CertificateTerms { IsAuthority = true, KeyUsage = X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.DigitalSignature });

        await Refused(Reasons.CredentialUsage, (plane, key) => PlatformCredentials.X509(plane, key, server));
        await Refused(Reasons.CredentialUsage, (plane, key) => PlatformCredentials.X509(plane, key, authority));
    }
}
