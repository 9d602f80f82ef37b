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

/// <summary>What the machine's service manager says of a service.</summary>
public enum ServiceState
{
    /// <summary>There is no such unit, or no service manager.</summary>
    NotInstalled,

    /// <summary>It is there and doesn't run.</summary>
    Stopped,

    /// <summary>It runs, or is being started.</summary>
    Running,
}
