using Onboarding.Client.Control;
using Onboarding.Client.Errors;
using Onboarding.Client.State;

namespace Onboarding.Client.Ownership;

/// <summary>
/// Finds who owns this machine's session. There is one owner per state directory: an agent that runs, else the agent service once
/// it is started, else this process, whose session ends with it.
/// </summary>
/// <param name="services">The machine's service manager.</param>
/// <param name="time">The clock.</param>
public sealed class SessionOwnership(IServiceManager services, TimeProvider time)
{
    /// <summary>The agent's service.</summary>
    public const string Service = "onboarding-agent";

    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Finds it.</summary>
    /// <param name="stateDirectory">The state directory; the agent service has <see cref="StateDirectory.DefaultPath"/>.</param>
    /// <param name="preference">What is wanted.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="OnboardingException">
    /// <see cref="ErrorIds.ServiceNotInstalled"/>, <see cref="ErrorIds.ServiceNotStarted"/>, <see cref="ErrorIds.ControlDenied"/>, or
    /// <see cref="ErrorIds.AgentNotRunning"/> where an agent with a state directory of its own is asked for.
    /// </exception>
    public async Task<SessionOwner> FindAsync(string stateDirectory, SessionPreference preference, CancellationToken cancellationToken)
    {
        if (preference == SessionPreference.Process)
        {
            return new SessionOwner.None();
        }

        string path = ControlSocket.PathFor(stateDirectory);
        if (await AskAsync(path, cancellationToken) is { } client)
        {
            return new SessionOwner.Agent(client);
        }

        if (Path.TrimEndingDirectorySeparator(Path.GetFullPath(stateDirectory)) != StateDirectory.DefaultPath)
        {
            // No unit of ours runs there, so nothing could be started.
            return preference == SessionPreference.Service ? throw ControlFailure.NotRunning(path) : new SessionOwner.None();
        }

        return await services.GetStateAsync(Service, cancellationToken) switch
        {
            ServiceState.Stopped => new SessionOwner.StoppedService(),
            ServiceState.Running => throw new OnboardingException(
                ErrorIds.ServiceNotStarted,
                $"Service {Service} runs and doesn't answer on {path}.",
                $"journalctl -u {Service} -n 50; event 6011 says why it has no control socket"),
            _ when preference == SessionPreference.Service => throw new OnboardingException(
                ErrorIds.ServiceNotInstalled,
                $"This machine has no service {Service}.",
                $"set up the service {Service} (docs/operations.md, \"The agent\"), or leave -Session Service away: then this process owns the session"),
            _ => new SessionOwner.None(),
        };
    }

    /// <summary>Starts the agent service and waits until it answers.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="OnboardingException"><see cref="ErrorIds.ServiceNotStarted"/>.</exception>
    public async Task<ControlClient> StartServiceAsync(CancellationToken cancellationToken)
    {
        await services.StartAsync(Service, cancellationToken);
        string path = ControlSocket.PathFor(StateDirectory.DefaultPath);
        long started = time.GetTimestamp();
        while (time.GetElapsedTime(started) < StartTime)
        {
            try
            {
                if (await AskAsync(path, cancellationToken) is { } client)
                {
                    return client;
                }
            }
            catch (OnboardingException e) when (e.ErrorId == ErrorIds.ControlFailed)
            {
                // It has its socket and doesn't answer yet: a machine that boots is slow. What counts is StartTime.
            }

            await Task.Delay(Pause, time, cancellationToken);
        }

        throw new OnboardingException(
            ErrorIds.ServiceNotStarted,
            $"Service {Service} was started and doesn't answer on {path} after {StartTime.TotalSeconds} s.",
            $"systemctl status {Service}; journalctl -u {Service} -n 50");
    }

    /// <returns>Null if no one is there.</returns>
    private async Task<ControlClient?> AskAsync(string path, CancellationToken cancellationToken)
    {
        var client = new ControlClient(path);
        using var patience = new CancellationTokenSource(AnswerTime, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await client.GetStatusAsync(both.Token);
            return client;
        }
        catch (Exception e)
        {
            await client.DisposeAsync();
            if (e is OnboardingException { ErrorId: ErrorIds.AgentNotRunning })
            {
                return null;
            }

            if (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new OnboardingException(
                    ErrorIds.ControlFailed, $"The agent at {path} doesn't answer.", $"journalctl -u {Service} -n 50; systemctl restart {Service}", e);
            }

            throw;
        }
    }
}

/// <summary>Who shall own this machine's session.</summary>
public enum SessionPreference
{
    /// <summary>The agent service where there is one, else this process.</summary>
    Auto,

    /// <summary>The agent service; it is a failure if there is none.</summary>
    Service,

    /// <summary>This process, whatever is installed.</summary>
    Process,
}
