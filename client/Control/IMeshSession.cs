using Onboarding.Api.Control;

namespace Onboarding.Client.Control;

/// <summary>
/// The session of this machine with a plane, no matter who owns it: an agent service that is talked to over its control socket, or
/// this process.
/// </summary>
public interface IMeshSession : IAsyncDisposable
{
    /// <summary>How the machine is.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    Task<AgentStatus> GetStatusAsync(CancellationToken cancellationToken);

    /// <summary>How the machine is now, and again whenever that changes.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    IAsyncEnumerable<AgentStatus> WatchAsync(CancellationToken cancellationToken);

    /// <summary>Joins, and waits until the session is established and its boot configuration is on disk.</summary>
    /// <param name="request">What the caller takes the machine to join.</param>
    /// <param name="told">Told of each step.</param>
    /// <param name="cancellationToken">Ends the waiting, not the join.</param>
    /// <exception cref="Errors.OnboardingException">
    /// The first thing that goes wrong; the owner of the session may try on.
    /// </exception>
    Task<AgentStatus> RegisterAsync(RegisterRequest request, Action<Step>? told, CancellationToken cancellationToken);

    /// <summary>Leaves, and waits until the machine is out. It stays out until it is told to register.</summary>
    /// <param name="request">How.</param>
    /// <param name="told">Told of each step.</param>
    /// <param name="cancellationToken">Ends the waiting, not the leaving.</param>
    Task<AgentStatus> UnregisterAsync(UnregisterRequest request, Action<Step>? told, CancellationToken cancellationToken);

    /// <summary>Starts the sidecar.</summary>
    /// <param name="request">How.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="Errors.OnboardingException">
    /// <see cref="Errors.ErrorIds.NotRegistered"/>, <see cref="Errors.ErrorIds.SidecarNotInstalled"/> or <see cref="Errors.ErrorIds.SidecarFailed"/>.
    /// </exception>
    Task<MeshSidecar> StartSidecarAsync(StartSidecarRequest request, CancellationToken cancellationToken);

    /// <summary>Stops the sidecar until it is started again.</summary>
    /// <param name="request">How.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    Task<MeshSidecar> StopSidecarAsync(StopSidecarRequest request, CancellationToken cancellationToken);

    /// <summary>Stops the sidecar and starts it again.</summary>
    /// <param name="request">How.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="Errors.OnboardingException">As for starting it.</exception>
    Task<MeshSidecar> RestartSidecarAsync(RestartSidecarRequest request, CancellationToken cancellationToken);
}
