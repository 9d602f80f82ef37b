using Microsoft.Extensions.Logging;
using Onboarding.Api.Configuration;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Sidecar;

/// <summary>
/// Whether the machine's traffic and its look-ups of names go to the sidecar. Rules that come before the sidecar, and stay while it is down, cut
/// a machine off whose control plane is away: so by default they come once it is ready, and stay then. With <see cref="CaptureOnFailure.Open"/>
/// they go when the sidecar has not been ready for a time.
/// </summary>
internal sealed partial class TrafficCapture : IAsyncDisposable
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(10);
    private readonly ISidecarHost? _host;
    private readonly CaptureConfiguration _configuration;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Action<CaptureState> _changed;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Lock _timerLock = new();
    private CancellationTokenSource? _opening;
    private Task _open = Task.CompletedTask;
    private OnboardingException? _failure;
    private bool _isCertain;
    private long _tried;

    /// <summary>Makes one.</summary>
    /// <param name="program">The sidecar.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where to log.</param>
    /// <param name="changed">Told of every change, on any thread.</param>
    public TrafficCapture(SidecarProgram program, TimeProvider time, ILogger logger, Action<CaptureState> changed)
    {
        _logger = logger;
        _host = program.Host;
        _configuration = program.Capture;
        _time = time;
        _changed = changed;
    }

    /// <summary>How it is now.</summary>
    public CaptureState State { get; private set; }

    /// <summary>True if a start has to capture first. One that was opened is not closed again by a sidecar that crashes over and over.</summary>
    public bool CapturesFirst => _configuration.Start == CaptureStart.BeforeStart && State != CaptureState.Opened;

    /// <summary>The machine was prepared for a start.</summary>
    public void Prepared()
    {
        _isCertain = false;
        if (_host is not null && State is not (CaptureState.InForce or CaptureState.Opened))
        {
            Become(CapturesFirst ? CaptureState.InForce : CaptureState.Waiting);
        }
    }

    /// <summary>A sidecar of an agent before this one was taken over; what it captures is looked at once it is ready.</summary>
    public void Adopted()
    {
        _isCertain = false;
        if (_host is not null)
        {
            Become(CaptureState.InForce);
        }
    }

    /// <summary>The sidecar is ready: the capture begins, unless it is in force.</summary>
    /// <returns>Why it could not; null if it is in force, or not the agent's to make.</returns>
    public async Task<OnboardingException?> BeginAsync()
    {
        if (_host is null || State == CaptureState.NotByAgent)
        {
            return null;
        }

        await _gate.WaitAsync();
        try
        {
            Cancel();
            if (State == CaptureState.InForce && _isCertain)
            {
                return null;
            }

            // The watch asks four times a second.
            if (_failure is null || _time.GetElapsedTime(_tried) >= BetweenTries)
            {
                (_failure, _tried) = (null, _time.GetTimestamp());
                Become(await _host.CaptureAsync() ? CaptureState.InForce : CaptureState.NotByAgent);
                _isCertain = true;
            }
        }
        catch (Exception e) when (e is OnboardingException or IOException or UnauthorizedAccessException)
        {
            _failure = e as OnboardingException ?? new OnboardingException(
                ErrorIds.SidecarFailed, $"The machine's traffic could not be redirected: {e.Message}.", "onboarding-agent check --category Sidecar", e);
        }
        finally
        {
            _gate.Release();
        }

        return _failure;
    }

    /// <summary>The sidecar is not ready, or has ended by itself.</summary>
    public void Failing()
    {
        lock (_timerLock)
        {
            if (_host is not null && _configuration.OnFailure == CaptureOnFailure.Open && _opening is null && State != CaptureState.Opened)
            {
                _opening = new CancellationTokenSource();
                _open = OpenAsync(_opening.Token);
            }
        }
    }

    /// <summary>The sidecar is told to stop; the rules stay until it is known whether it starts again.</summary>
    public void Cancel()
    {
        lock (_timerLock)
        {
            _opening?.Cancel();
            _opening?.Dispose();
            _opening = null;
        }
    }

    /// <summary>What the last start did to the machine is undone.</summary>
    public void Ended() => Become(CaptureState.None);

    public async ValueTask DisposeAsync()
    {
        Cancel();
        await _open.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _gate.Dispose();
    }

    private async Task OpenAsync(CancellationToken cancelled)
    {
        await Task.Delay(_configuration.OpenAfter, _time, cancelled);
        while (true)
        {
            await _gate.WaitAsync(cancelled);
            try
            {
                cancelled.ThrowIfCancellationRequested();
                if (State is CaptureState.NotByAgent or CaptureState.None)
                {
                    return;
                }

                // One that an agent of before captured for is not known to be in force.
                if (await _host!.ReleaseAsync() || State == CaptureState.InForce)
                {
                    Become(CaptureState.Opened);
                }

                return;
            }
            catch (Exception e) when (e is OnboardingException or IOException or UnauthorizedAccessException)
            {
                LogNotReleased(_logger, (e as OnboardingException)?.Describe() ?? e.Message);
            }
            finally
            {
                _gate.Release();
            }

            await Task.Delay(BetweenTries, _time, cancelled);
        }
    }

    [LoggerMessage(5314, LogLevel.Warning, "The machine's traffic still goes to a sidecar that is not ready: {Failure}", EventName = "CaptureNotReleased")]
    private static partial void LogNotReleased(ILogger logger, string failure);

    private void Become(CaptureState state)
    {
        if (state != State)
        {
            State = state;
            _changed(state);
        }
    }
}

/// <summary>Where the machine's traffic goes.</summary>
public enum CaptureState
{
    /// <summary>There is no sidecar, or it captures nothing.</summary>
    None,

    /// <summary>Past the sidecar, until that is ready.</summary>
    Waiting,

    /// <summary>To the sidecar.</summary>
    InForce,

    /// <summary>Past the sidecar, which was in the way for too long, until it is ready again.</summary>
    Opened,

    /// <summary>Where the administrator's rules send it, or those that Istio's own start made.</summary>
    NotByAgent,
}
