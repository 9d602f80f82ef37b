using Onboarding.Api.Configuration;
using Onboarding.Client.Credentials;
using Onboarding.Client.Credentials.Spiffe;
using Onboarding.Client.Errors;
using Onboarding.Testing;
using Onboarding.Tests.Unit.ClientTests;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Platforms;

public sealed class WorkloadApiTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_SPIFFE_agent_that_does_not_answer_is_named_with_the_command_that_asks_it()
    {
        string socket = _directory["agent.sock"];
        CredentialRequest request = Requests.For("plane") with { Accepted = ["type.googleapis.com/onboarding.v1alpha1.SpiffeJwtCredential"] };
        var source = new WorkloadApiCredentialSource(new SpiffeSource { WorkloadApi = $"unix://{socket}" }, TimeProvider.System);

        OnboardingException thrown = await Should.ThrowAsync<OnboardingException>(() => source.GetAsync(request, CancellationToken.None));

        thrown.ErrorId.ShouldBe(ErrorIds.WorkloadApiFailed);
        thrown.Message.ShouldContain(socket);
        thrown.NextStep.ShouldContain($"-socketPath {socket}");
    }
}
