using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Onboarding.Client.Errors;
using Onboarding.Client.Sidecar.Istio;

namespace Onboarding.Client.Sidecar.RootPart;

/// <summary>
/// A sidecar whose agent has ended without stopping it. Traffic survives a crash: systemd starts the agent again, and it takes the sidecar
/// over. Where none is back in time, no one renews the token, knows of a removed registration or could be told to leave: the sidecar is
/// stopped, and nothing of the mesh stays on the machine.
/// </summary>
public sealed partial class AbandonedSidecar
{
    /// <summary>How long an agent may take to be back.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private const string AgentUnit = "onboarding-agent.service";

    // One that crashes again and again is seen to run, too, for a moment each time.
    private const int LooksUntilBack = 3;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(2);
    private readonly RootState _state;
    private readonly Systemctl _systemctl;
    private readonly IstioUnit _unit;
    private readonly IstioHost _host;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>Makes one.</summary>
    /// <param name="ownState">The directory of the part that runs as root.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where to log.</param>
    public AbandonedSidecar(string ownState, TimeProvider time, ILoggerFactory loggers)
        : this("/", ownState, time, loggers)
    {
    }

    internal AbandonedSidecar(string root, string ownState, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(loggers);
        _state = new RootState(ownState);
        _systemctl = new Systemctl(root);
        _unit = new IstioUnit(_systemctl);
        ILogger hostLogger = loggers.CreateLogger<IstioHost>();
        SidecarProgram program = IstioSidecar.Program(root, revision: null, ownState, hostLogger, time);
        _host = new IstioHost(root, ownState, program.ReadVersionAsync, hostLogger, time);
        _time = time;
        _logger = loggers.CreateLogger<AbandonedSidecar>();
    }

    /// <summary>Waits for an agent, from the moment on that one ended, and cleans up if none is back in time.</summary>
    /// <param name="deadline">How long one may take.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>True if it cleaned up.</returns>
    /// <exception cref="OnboardingException">Something of the sidecar is left.</exception>
    public async Task<bool> WatchAsync(TimeSpan deadline, CancellationToken cancellationToken)
    {
        long began = _time.GetTimestamp();
        int seen = 0;
        // What this part didn't install is another's, and is left alone.
        while (_state.IsInstalled)
        {
            seen = await IsAgentRunningAsync() ? seen + 1 : 0;
            if (seen == LooksUntilBack)
            {
                return false;
            }

            if (seen == 0 && _time.GetElapsedTime(began) >= deadline)
            {
                return await CleanUpAsync(deadline);
            }

            await Task.Delay(BetweenLooks, _time, cancellationToken);
        }

        // The agent left in order.
        return false;
    }

    private async Task<bool> CleanUpAsync(TimeSpan deadline)
    {
        using SafeFileHandle turn = _state.TakeTurn();
        if (await IsAgentRunningAsync())
        {
            // It came while another call was waited for.
            return false;
        }

        LogAbandoned(_logger, deadline.TotalSeconds);
        await _unit.StopAsync();
        await _host.RemoveAsync();
        _state.Forget();
        return true;
    }

    private async Task<bool> IsAgentRunningAsync() => await _systemctl.StateAsync(AgentUnit) is "active" or "reloading";

    [LoggerMessage(5082, LogLevel.Warning, "No agent is back {Seconds:0} s after one ended: stopping its sidecar and removing what was installed for it. Next: journalctl -u onboarding-agent -n 50",
        EventName = "SidecarAbandoned")]
    private static partial void LogAbandoned(ILogger logger, double seconds);
}
