using Onboarding.Api.Registration;

namespace Onboarding.Client.HostInformation;

/// <summary>Something that knows at which addresses this host can be reached.</summary>
internal interface IHostInfoSource
{
    /// <summary>The host's addresses; at least one.</summary>
    /// <exception cref="Errors.OnboardingException">It can't tell.</exception>
    Task<HostInfo> GetAsync(CancellationToken cancellationToken);
}
