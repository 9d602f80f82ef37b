using Onboarding.Client.Errors;

namespace Onboarding.Client.Credentials;

/// <summary>The configured sources: tried in order, the first success wins, and if none succeeds every failure is told.</summary>
internal sealed class CredentialChain(IReadOnlyList<ICredentialSource> sources)
{
    /// <summary>Gets a fresh credential from the first source that has one.</summary>
    /// <exception cref="OnboardingException"><see cref="ErrorIds.NoCredential"/>, or the only source's own failure.</exception>
    public async Task<Credential> GetAsync(CredentialRequest request, CancellationToken cancellationToken)
    {
        var failures = new List<OnboardingException>();
        foreach (ICredentialSource source in sources)
        {
            try
            {
                return await source.GetAsync(request, cancellationToken);
            }
            catch (OnboardingException e)
            {
                failures.Add(e);
            }
        }

        throw failures.Count switch
        {
            1 => failures[0],
            0 => new OnboardingException(
                ErrorIds.NoCredential,
                "The AgentConfiguration names no credential source, and this agent found no platform it knows on this machine.",
                "name a plugin under host.custom.credential in /etc/onboarding-agent/agent.config.yaml"),
            _ => new OnboardingException(
                ErrorIds.NoCredential,
                $"None of {failures.Count} sources gave a credential: {string.Join(" | ", failures.Select(f => f.Message))}",
                string.Join(" | ", failures.Select(f => f.NextStep)),
                new AggregateException(failures)),
        };
    }
}
