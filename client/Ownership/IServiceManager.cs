namespace Onboarding.Client.Ownership;

/// <summary>The machine's service manager.</summary>
public interface IServiceManager
{
    /// <summary>How a service is.</summary>
    /// <param name="service">Its name.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    Task<ServiceState> GetStateAsync(string service, CancellationToken cancellationToken);

    /// <summary>Starts a service.</summary>
    /// <param name="service">Its name.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="Errors.OnboardingException"><see cref="Errors.ErrorIds.ServiceNotStarted"/>.</exception>
    Task StartAsync(string service, CancellationToken cancellationToken);
}
