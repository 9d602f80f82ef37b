using Onboarding.Client;
using Onboarding.Client.Errors;
using Onboarding.Client.Events;
using Onboarding.Testing;
using Onboarding.Tests.Integration.ClientTests;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Attacks;

/// <summary>What an agent must not be talked into. <c>CaseIndexTests</c> says where the other cases about agent and module are.</summary>
public sealed class AgentCaseTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();

    public void Dispose()
    {
        _log.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Case51_without_the_CA_file_it_was_told_to_trust_an_agent_trusts_nobody()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        OnboardingAgentOptions options = RunningAgent.Options(_directory, plane, _log);
        File.Delete(_directory["ca.pem"]);

        Should.Throw<OnboardingException>(() => OnboardingAgent.Open(options)).ErrorId.ShouldBe(ErrorIds.CertificateAuthorityUnusable);
    }

    [Fact]
    public async Task Case51_with_another_authority_it_sends_no_credential()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        OnboardingAgentOptions options = RunningAgent.Options(_directory, plane, _log);
        using var other = new TestCertificates("another CA");
        await File.WriteAllTextAsync(_directory["ca.pem"], other.AuthorityPem);
        await using RunningAgent agent = RunningAgent.Start(options);

        OnboardingStep failed = await agent.StepAsync(OnboardingPhase.AttemptFailed);

        failed.Failure!.ErrorId.ShouldBe(ErrorIds.CertificateNotTrusted);
        agent.Phases.ShouldNotContain(OnboardingPhase.CredentialObtained);
    }
}
