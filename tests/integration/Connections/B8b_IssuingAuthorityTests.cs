using System.Security.Cryptography.X509Certificates;
using Onboarding.Client;
using Onboarding.Client.Errors;
using Onboarding.Client.Events;
using Onboarding.Endpoint.Authentication.Jwt;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;
using Onboarding.Tests.Integration.ClientTests;
using Onboarding.Tests.Integration.KubernetesTests;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Connections;

/// <summary>A file of trust that lists the issuing authority and not the root above it, as curl and Go accept it.</summary>
public sealed class B8b_IssuingAuthorityTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();
    private readonly TestCertificates _root = new("root");
    private readonly TestCertificates _issuing;
    private readonly TestCertificates _impostor;

    public B8b_IssuingAuthorityTests()
    {
        _issuing = new TestCertificates("issuing", _root);
        _impostor = new TestCertificates("issuing", _root);
    }

    public void Dispose()
    {
        _log.Dispose();
        _impostor.Dispose();
        _issuing.Dispose();
        _root.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task An_agent_takes_it_as_an_anchor()
    {
        await using FakePlane plane = await FakePlane.StartAsync(certificates: _issuing);
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));

        await agent.StepAsync(OnboardingPhase.Connected);
    }

    [Fact]
    public async Task An_agent_refuses_what_another_authority_of_that_name_issued()
    {
        await using FakePlane plane = await FakePlane.StartAsync(certificates: _issuing);
        OnboardingAgentOptions options = RunningAgent.Options(_directory, plane, _log);
        File.WriteAllText(_directory["ca.pem"], _impostor.AuthorityPem);
        await using RunningAgent agent = RunningAgent.Start(options);

        OnboardingStep failed = await agent.StepAsync(OnboardingPhase.AttemptFailed);
        failed.Properties["errorId"].ShouldBe(ErrorIds.CertificateNotTrusted);
    }

    [Theory]
    [InlineData("issuing", true)]
    [InlineData("impostor", false)]
    [InlineData("root", false)] // what is between isn't sent by this server
    public async Task A_kubeconfig_s_and_an_issuer_s_client_decide_alike(string listed, bool isTrusted)
    {
        TestCertificates authority = listed == "issuing" ? _issuing : listed == "root" ? _root : _impostor;
        X509Certificate2Collection anchors = [authority.Authority];
        await using FakeApiServer server = await FakeApiServer.StartAsync(_issuing.Server("localhost", "127.0.0.1"), Answers.ConfigMap());
        using var kubernetes = new KubernetesClient(new KubernetesClientConfiguration { Host = server.Address, CertificateAuthorities = anchors });
        using var issuer = new IssuerHttpClient(new IssuerAddresses(false, true), () => anchors);

        Func<Task>[] calls = [() => kubernetes.GetAsync<V1ConfigMap>("ns", "one"), () => issuer.GetAsync(new Uri(server.Address), CancellationToken.None)];

        foreach (Func<Task> call in calls)
        {
            Exception? failure = await Record.ExceptionAsync(call);
            (failure is null).ShouldBe(isTrusted, failure?.ToString());
            if (!isTrusted)
            {
                failure!.Message.ShouldContain("CN=issuing");
            }
        }
    }
}
