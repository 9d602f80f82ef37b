using System.Security.Cryptography.X509Certificates;
using Onboarding.Client;
using Onboarding.Client.Channel;
using Onboarding.Client.Errors;
using Onboarding.Client.Events;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests;

/// <summary>Authorities whose certificates stand in an environment variable.</summary>
public sealed class TrustedRootsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestCertificates _first = new("first");
    private readonly TestCertificates _second = new("second");
    private readonly TestLog _log = new();

    public void Dispose()
    {
        _log.Dispose();
        _first.Dispose();
        _second.Dispose();
        _directory.Dispose();
    }

    // What is left of lines after a task definition in JSON, a template that escaped once too often, a console's one-line field.
    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\\n")]
    [InlineData("\\r\\n")]
    [InlineData(" ")]
    public void Certificates_are_read_however_their_lines_came_through(string lineEnd)
    {
        string text = $"{_first.AuthorityPem.Trim()}\n{_second.AuthorityPem.Trim()}\n".Replace("\n", lineEnd, StringComparison.Ordinal);

        X509Certificate2Collection roots = TrustedRoots.Parse(text);

        roots.Select(r => r.RawData).ShouldBe([_first.Authority.RawData, _second.Authority.RawData]);
    }

    [Fact]
    public async Task An_agent_trusts_them_and_no_others()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        OnboardingAgentOptions options = RunningAgent.Options(_directory, plane, _log);
        options = options with
        {
            Onboarding = options.Onboarding with { OnboardingEndpoint = options.Onboarding.OnboardingEndpoint with { TransportSecurity = null } },
            RootCertificates = plane.Certificates.AuthorityPem,
        };

        await using (RunningAgent trusting = RunningAgent.Start(options))
        {
            await trusting.StepAsync(OnboardingPhase.Connected);
        }

        await using RunningAgent refusing = RunningAgent.Start(options with { RootCertificates = _first.AuthorityPem });
        OnboardingStep failed = await refusing.StepAsync(OnboardingPhase.AttemptFailed);
        failed.Properties["errorId"].ShouldBe(ErrorIds.CertificateNotTrusted);
        failed.Message.ShouldBeGolden();
        failed.Properties["nextStep"].ShouldBeGolden();
    }

    [Fact]
    public async Task A_CA_file_of_the_configuration_comes_first()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        OnboardingAgentOptions options = RunningAgent.Options(_directory, plane, _log) with { RootCertificates = _first.AuthorityPem };

        await using RunningAgent agent = RunningAgent.Start(options);

        await agent.StepAsync(OnboardingPhase.Connected);
    }
}
