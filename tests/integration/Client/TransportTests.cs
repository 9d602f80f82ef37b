using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Api.Configuration;
using Onboarding.Client;
using Onboarding.Client.Channel;
using Onboarding.Client.Errors;
using Onboarding.Client.Events;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests;

public sealed class TransportTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();

    public void Dispose()
    {
        _log.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void An_unknown_host_is_named()
    {
        OnboardingException e = ConnectFailure.Explain(
            new SocketException((int)SocketError.HostNotFound), new OnboardingEndpoint { Host = "onboarding-endpoint.your-company.corp" });
        e.ErrorId.ShouldBe(ErrorIds.EndpointUnknownHost);
        e.Message.ShouldBeGolden();
        e.NextStep.ShouldContain("getent hosts onboarding-endpoint.your-company.corp");
    }

    [Fact]
    public async Task A_port_where_nothing_listens_is_named()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        OnboardingAgentOptions options = RunningAgent.Options(_directory, plane, _log);
        const int port = 1; // tcpmux, which no one has; a free one someone may take
        await using RunningAgent agent = RunningAgent.Start(options with { Onboarding = RunningAgent.Onboarding(_directory, port) });
        OnboardingStep failed = await agent.StepAsync(OnboardingPhase.AttemptFailed);
        failed.Properties["errorId"].ShouldBe(ErrorIds.EndpointConnectionRefused);
        failed.Message.ShouldBeGolden();
        failed.Properties["nextStep"].ShouldContain($"curl -vk https://localhost:{port}");
    }

    [Fact]
    public async Task A_certificate_of_an_unknown_authority_is_not_trusted()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        OnboardingAgentOptions options = RunningAgent.Options(_directory, plane, _log);
        using var other = new TestCertificates("Another CA");
        File.WriteAllText(_directory["ca.pem"], other.AuthorityPem);
        await using RunningAgent agent = RunningAgent.Start(options);
        OnboardingStep failed = await agent.StepAsync(OnboardingPhase.AttemptFailed);
        failed.Properties["errorId"].ShouldBe(ErrorIds.CertificateNotTrusted);
        failed.Properties["nextStep"].ShouldContain($"openssl s_client -connect localhost:{plane.Port} -servername localhost");
        failed.Properties["nextStep"].ShouldContain("tls.caFile");
        plane.Authorizations.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_refused_and_its_names_are_told()
    {
        await using FakePlane plane = await FakePlane.StartAsync(names: ["join.mesh.example"]);
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));
        OnboardingStep failed = await agent.StepAsync(OnboardingPhase.AttemptFailed);
        failed.Properties["errorId"].ShouldBe(ErrorIds.CertificateNameMismatch);
        failed.Properties["nextStep"].ShouldContain("tls.sni");
    }

    [Fact]
    public async Task The_configured_sni_is_the_name_that_is_verified()
    {
        await using FakePlane plane = await FakePlane.StartAsync(names: ["join.mesh.example"]);
        OnboardingAgentOptions options = RunningAgent.Options(_directory, plane, _log);
        await using RunningAgent agent = RunningAgent.Start(
            options with { Onboarding = RunningAgent.Onboarding(_directory, plane.Port, "127.0.0.1", "join.mesh.example") });
        await agent.StepAsync(OnboardingPhase.Connected);
    }

    [Fact]
    public void An_expired_certificate_is_told_with_its_times_and_the_clock_s()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 old = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new(2021, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.Build(old);
        var check = new CertificateCheck(new OnboardingEndpoint { Host = "localhost" }, "localhost", "this machine's roots", new FakeTimeProvider());
        check.Accept(old, chain.ChainStatus, System.Net.Security.SslPolicyErrors.RemoteCertificateChainErrors).ShouldBeFalse();
        check.LastFailure!.ErrorId.ShouldBe(ErrorIds.CertificateExpired);
        check.LastFailure.Message.ShouldBeGolden();
        check.LastFailure.NextStep.ShouldContain("timedatectl");
    }

    [Theory]
    [InlineData(null, "Could not find file")]
    [InlineData("not a certificate", "it holds no certificate in PEM")]
    public async Task A_ca_file_that_can_not_be_used_ends_the_start_and_trusts_nobody(string? content, string why)
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        OnboardingAgentOptions options = RunningAgent.Options(_directory, plane, _log);
        File.Delete(_directory["ca.pem"]);
        if (content is not null)
        {
            File.WriteAllText(_directory["ca.pem"], content);
        }

        OnboardingException e = Should.Throw<OnboardingException>(() => OnboardingAgent.Open(options));
        e.ErrorId.ShouldBe(ErrorIds.CertificateAuthorityUnusable);
        e.Message.ShouldBeGolden();
        e.Message.ShouldContain(why);
        e.NextStep.ShouldContain($"openssl x509 -noout -subject -in {_directory["ca.pem"]}");
    }

    [Fact]
    public async Task Without_verification_it_warns_at_every_start_and_tells_the_plane()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        OnboardingAgentOptions options = Insecure(RunningAgent.Options(_directory, plane, _log));
        for (int start = 1; start <= 2; start++)
        {
            await using RunningAgent agent = RunningAgent.Start(options);
            await agent.StepAsync(OnboardingPhase.Connected);
            (await agent.StepAsync(OnboardingPhase.InsecureTransport)).Message.ShouldContain("is NOT verified");
        }

        plane.Authorizations.ShouldAllBe(a => a.InsecureTransport);
    }

    [Fact]
    public async Task A_plane_that_asks_for_verification_gets_no_credential_without_it()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.MinimumTransport = Onboarding.Api.Rpc.MinimumTransport.Verified;
        await using RunningAgent agent = RunningAgent.Start(Insecure(RunningAgent.Options(_directory, plane, _log)));
        OnboardingStep failed = await agent.StepAsync(OnboardingPhase.AttemptFailed);
        failed.Properties["errorId"].ShouldBe(ErrorIds.TransportNotVerified);
        failed.Properties["nextStep"].ShouldContain("caFile");
        plane.Authorizations.ShouldBeEmpty();
        agent.Phases.ShouldNotContain(OnboardingPhase.CredentialObtained);
    }

    private static OnboardingAgentOptions Insecure(OnboardingAgentOptions options) => options with
    {
        Onboarding = options.Onboarding with
        {
            OnboardingEndpoint = options.Onboarding.OnboardingEndpoint with
            {
                TransportSecurity = new ClientTransportSecurity { Tls = new ClientTlsSettings { InsecureSkipVerify = true } },
            },
        },
    };
}
