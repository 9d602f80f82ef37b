using Google.Protobuf;
using Onboarding.Api.Configuration;
using Onboarding.Api.Rpc;
using Onboarding.Api.Rpc.Spiffe;
using Onboarding.Client;
using Onboarding.Client.Credentials;
using Onboarding.Client.Credentials.Spiffe;
using Onboarding.Client.Errors;
using Onboarding.Testing;
using Onboarding.Testing.Clouds;
using Onboarding.Tests.Integration.ClientTests;
using Shouldly;
using Xunit;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Tests.Integration.Platforms;

/// <summary>SVIDs of a SPIFFE agent on the machine.</summary>
public sealed class WorkloadApiTests(PlatformPlane platforms) : IClassFixture<PlatformPlane>, IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Socket => _directory["agent.sock"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_SPIFFE_agent_that_does_not_answer_is_named_with_the_command_that_asks_it()
    {
        var source = new WorkloadApiCredentialSource(Settings(), TimeProvider.System);

        OnboardingException thrown = await Should.ThrowAsync<OnboardingException>(() => source.GetAsync(Request("SpiffeJwt"), CancellationToken.None));

        thrown.ErrorId.ShouldBe(ErrorIds.WorkloadApiFailed);
        thrown.Message.ShouldContain(Socket);
        thrown.NextStep.ShouldContain($"api fetch jwt -audience test -socketPath {Socket}");
    }

    [Fact]
    public async Task An_X509_SVID_of_the_socket_lets_the_machine_in_and_its_successor_after_a_rotation_as_the_same_one()
    {
        await using FakeWorkloadApi api = await FakeWorkloadApi.StartAsync(Socket);
        using CertificateAuthority below = platforms.Spiffe.Authority.Intermediate("O=SPIFFE,CN=below");
        using IssuedCertificate first = platforms.Spiffe.Issue("spiffe://corp.example/vm/web-1");
        using IssuedCertificate second = below.Issue("O=SPIFFE", new CertificateTerms { Uris = ["spiffe://corp.example/vm/web-1"] });
        var source = new WorkloadApiCertificateSource(Settings(), TimeProvider.System);

        Credential credential = null!;
        Endpoint.TestAgent agent = platforms.Plane.Agent();
        agent.Present = (plane, key) => (credential = Ask(source, plane, key)).Value;

        api.Answer = FakeWorkloadApi.CreateResponse(first);
        await agent.AuthorizeAsync();
        string registration = (await agent.RegisterAsync()).Registration;
        credential.ExpiresAt.UtcDateTime.ShouldBe(first.Certificate.NotAfter.ToUniversalTime());

        api.Answer = FakeWorkloadApi.CreateResponse(second, below.Certificate.RawData);
        await agent.AuthorizeAsync();
        (await agent.RegisterAsync()).Registration.ShouldBe(registration);
        credential.Value.Unpack<SpiffeX509Credential>().Possession.Certificates.Select(c => c.ToByteArray())
            .ShouldBe([second.Certificate.RawData, below.Certificate.RawData]);
    }

    [Theory]
    [InlineData("nothing", "it gave no X.509-SVID")]
    [InlineData("no SVID", "it gave no X.509-SVID")]
    [InlineData("no certificate", "it gave an X.509-SVID without a certificate")]
    [InlineData("something else", "something in the X.509-SVID it gave isn't a certificate")]
    [InlineData("half a certificate", "something in the X.509-SVID it gave isn't a certificate")]
    [InlineData("another's key", "the key of the SVID it gave can't be used: it isn't the certificate's key")]
    [InlineData("no key", "the key of the SVID it gave can't be used: it isn't a private key")]
    public async Task What_it_gives_that_can_not_be_used_is_told_without_the_key(string what, string why)
    {
        await using FakeWorkloadApi api = await FakeWorkloadApi.StartAsync(Socket);
        using IssuedCertificate svid = platforms.Spiffe.Issue("spiffe://corp.example/vm/web-1");
        using IssuedCertificate other = platforms.Spiffe.Issue("spiffe://corp.example/vm/web-2");
        X509SVIDResponse answer = FakeWorkloadApi.CreateResponse(svid);
        ByteString certificate = answer.Svids[0].X509Svid;
        switch (what)
        {
            case "no SVID": answer.Svids.Clear(); break;
            case "no certificate": answer.Svids[0].X509Svid = ByteString.Empty; break;
            case "something else": answer.Svids[0].X509Svid = ByteString.CopyFromUtf8("-----BEGIN CERTIFICATE-----"); break;
            case "half a certificate": answer.Svids[0].X509Svid = ByteString.CopyFrom([.. certificate.Span, .. certificate.Span[..100]]); break;
            case "another's key": answer.Svids[0].X509SvidKey = ByteString.CopyFrom(other.Key.ExportPkcs8PrivateKey()); break;
            case "no key": answer.Svids[0].X509SvidKey = ByteString.CopyFromUtf8("secret"); break;
            default: break;
        }

        api.Answer = what == "nothing" ? null : answer;
        var source = new WorkloadApiCertificateSource(Settings(), TimeProvider.System);

        OnboardingException thrown = await Should.ThrowAsync<OnboardingException>(() => source.GetAsync(Request("SpiffeX509"), CancellationToken.None));

        thrown.ErrorId.ShouldBe(ErrorIds.WorkloadApiFailed);
        thrown.Message.ShouldContain(why);
        thrown.Message.ShouldNotContain("secret");
        thrown.NextStep.ShouldContain($"api fetch x509 -socketPath {Socket}");
    }

    [Fact]
    public async Task It_is_not_asked_for_a_plane_that_takes_no_SVIDs()
    {
        var source = new WorkloadApiCertificateSource(Settings(), TimeProvider.System);

        (await Should.ThrowAsync<OnboardingException>(() => source.GetAsync(Request("Jwt"), CancellationToken.None)))
            .ErrorId.ShouldBe(ErrorIds.CredentialNotAccepted);
    }

    [Theory]
    [InlineData(SpiffeSvid.Jwt, typeof(WorkloadApiCredentialSource))]
    [InlineData(SpiffeSvid.X509, typeof(WorkloadApiCertificateSource))]
    public void The_configuration_says_which_kind_is_asked_for(SpiffeSvid svid, Type source) =>
        ConfiguredSources.Create(
            new CredentialSource { Spiffe = Settings() with { Svid = svid } },
            new OnboardingAgentOptions { Onboarding = RunningAgent.Onboarding(_directory, 15443) }).ShouldBeOfType(source);

    // The proof is for this plane's challenge and the key of anyone who asks.
    private static Credential Ask(WorkloadApiCertificateSource source, Rpc.Plane plane, TestAgentKey key)
    {
        var request = new CredentialRequest(plane.Uid, plane.Challenge.Memory, key.Public) { Accepted = [.. plane.CredentialTypes] };
        return Task.Run(() => source.GetAsync(request, CancellationToken.None)).GetAwaiter().GetResult();
    }

    private SpiffeSource Settings() => new() { WorkloadApi = $"unix://{Socket}" };

    private static CredentialRequest Request(string type) =>
        Requests.For("plane") with { Accepted = [$"type.googleapis.com/onboarding.v1alpha1.{type}Credential"] };
}
