using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Onboarding.Client.BootConfiguration;
using Onboarding.Client.Events;
using Onboarding.Client.Timing;

namespace Onboarding.Client.Identity;

/// <summary>
/// Keeps the machine's identity in the mesh for other programs on it: requests a certificate once there is a boot configuration, again half
/// way through its life and with each boot configuration that changes the sidecar, and has none once the machine is out.
/// </summary>
internal sealed partial class MachineIdentity
{
    private const double RenewAt = 0.5;
    private const double Jitter = 0.01;

    // A suspended machine's timers stand still, and its clock doesn't.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenLines = TimeSpan.FromMinutes(10);

    private readonly IstiodAuthority _authority;
    private readonly TimeProvider _time;
    private readonly Func<double> _random;
    private readonly ILogger _logger;
    private readonly Backoff _backoff;
    private readonly Channel<bool> _wake = System.Threading.Channels.Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile State _state = new(null);
    private Issue? _issue;
    private (long At, TimeSpan Pause)? _failed;
    private (long At, string Why)? _told;
    private volatile bool _isWaiting;

    /// <summary>Makes one; nothing is requested yet.</summary>
    /// <param name="authority">Whom to ask.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">Numbers from 0 (inclusive) to 1 (exclusive), so that a fleet doesn't renew at once.</param>
    /// <param name="logger">Where to log.</param>
    public MachineIdentity(IstiodAuthority authority, TimeProvider time, Func<double> random, ILogger logger)
    {
        (_authority, _time, _random, _logger) = (authority, time, random, logger);
        _backoff = new Backoff(time, random);
    }

    /// <summary>True while it waits for its next look, and no request is on its way.</summary>
    public bool IsWaiting => _isWaiting;

    /// <summary>How many certificates it was issued.</summary>
    public long Issued { get; private set; }

    /// <summary>How many requests for one failed.</summary>
    public long Failed { get; private set; }

    /// <summary>The identity of now, and what completes when it changes.</summary>
    public State Now => _state;

    /// <summary>The identity of now, and again whenever it changes; null while there is none.</summary>
    public async IAsyncEnumerable<MeshSvid?> WatchAsync([EnumeratorCancellation] CancellationToken stop)
    {
        while (true)
        {
            State now = _state;
            yield return now.Svid;
            await now.Changed.WaitAsync(stop);
        }
    }

    /// <summary>Keeps it until told to stop; then there is none.</summary>
    /// <param name="boot">The boot configuration in force for the machine's registration; null if there is none.</param>
    /// <param name="directory">Where it is.</param>
    /// <param name="events">What happens on the machine: each may have changed it.</param>
    /// <param name="stop">The machine leaves.</param>
    public async Task RunAsync(Func<BootVersion?> boot, string directory, AgentEvents events, CancellationToken stop)
    {
        using AgentEvents.Subscription steps = events.Subscribe();
        Task listening = ListenAsync(steps, stop);
        try
        {
            while (!stop.IsCancellationRequested)
            {
                TimeSpan wait = await LookAsync(boot(), directory, stop);
                await WaitAsync(wait < LongestWait ? wait : LongestWait, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It leaves.
        }
        finally
        {
            Set(null);
            await listening;
        }
    }

    private async Task ListenAsync(AgentEvents.Subscription steps, CancellationToken stop)
    {
        try
        {
            await foreach (OnboardingStep _ in steps.ReadAsync(Task.Delay(Timeout.Infinite, stop), stop))
            {
                _wake.Writer.TryWrite(true);
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
    }

    private async Task WaitAsync(TimeSpan wait, CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task woken = _wake.Reader.WaitToReadAsync(over.Token).AsTask();
        Task due = Task.Delay(wait, _time, over.Token);
        _isWaiting = true;
        await Task.WhenAny(due, woken);
        _isWaiting = false;
        await over.CancelAsync();
        await woken.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _wake.Reader.TryRead(out _);
    }

    /// <returns>When to look again.</returns>
    private async Task<TimeSpan> LookAsync(BootVersion? boot, string directory, CancellationToken stop)
    {
        if (_issue is { } had && (had.Svid.SpiffeId != boot?.SpiffeId || had.AgeAt(_time) >= had.Svid.Lifetime))
        {
            // Also what another identity left: a program must not go on as whom the machine was before.
            Set(null);
        }

        if (boot is null)
        {
            _failed = null;
            return LongestWait;
        }

        if (_issue is { } good && good.CoreHash == boot.CoreHash && good.RenewAfter - good.AgeAt(_time) is { } left && left > TimeSpan.Zero)
        {
            return left;
        }

        if (_failed is { } failed && failed.Pause - _time.GetElapsedTime(failed.At) is { } pause && pause > TimeSpan.Zero)
        {
            return pause;
        }

        return await RenewAsync(boot, directory, stop);
    }

    private async Task<TimeSpan> RenewAsync(BootVersion boot, string directory, CancellationToken stop)
    {
        try
        {
            MeshSvid svid = await _authority.RequestAsync(boot, directory, _issue?.Svid, stop);
            TimeSpan renewAfter = svid.Lifetime * (RenewAt - Jitter + (2 * Jitter * _random()));
            Set(new Issue(svid, boot.CoreHash, _time.GetTimestamp(), _time.GetUtcNow(), renewAfter));
            Issued++;
            (_failed, _told) = (null, null);
            _backoff.Reset();
            LogIssued(_logger, svid.SpiffeId, svid.NotAfter);
            return renewAfter;
        }
        catch (MeshIdentityException e)
        {
            Failed++;
            TimeSpan pause = _backoff.Next();
            _failed = (_time.GetTimestamp(), pause);
            if (_told is not { } told || told.Why != e.Message || _time.GetElapsedTime(told.At) >= BetweenLines)
            {
                _told = (_time.GetTimestamp(), e.Message);
                LogFailed(_logger, boot.SpiffeId, e.Message);
            }

            return pause;
        }
    }

    private void Set(Issue? issue)
    {
        if (issue is null && _issue is null)
        {
            return;
        }

        _issue = issue;
        State before = _state;
        _state = new State(issue?.Svid);
        before.Complete();
    }

    [LoggerMessage(5401, LogLevel.Information, "identity {SpiffeId} for programs on this machine, until {NotAfter:O}", EventName = "MeshIdentityIssued")]
    private static partial void LogIssued(ILogger logger, string spiffeId, DateTimeOffset notAfter);

    [LoggerMessage(5402, LogLevel.Warning,
        "no certificate of {SpiffeId} for programs on this machine: {Why}. It is requested again. Next: onboarding-agent check --category Sidecar",
        EventName = "MeshIdentityFailed")]
    private static partial void LogFailed(ILogger logger, string spiffeId, string why);

    /// <summary>What there is at one time.</summary>
    /// <param name="svid">The identity; null if there is none.</param>
    public sealed class State(MeshSvid? svid)
    {
        private readonly TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>The identity; null if there is none.</summary>
        public MeshSvid? Svid => svid;

        /// <summary>Completes when another one is in its place.</summary>
        public Task Changed => _changed.Task;

        internal void Complete() => _changed.TrySetResult();
    }

    /// <summary>A certificate as it came. Its age counts, not the time of day: a clock that is hours off renews in time, too.</summary>
    private sealed record Issue(MeshSvid Svid, string CoreHash, long At, DateTimeOffset UtcAt, TimeSpan RenewAfter)
    {
        // The larger: timers leave out a suspend, and a clock may be set back.
        public TimeSpan AgeAt(TimeProvider time)
        {
            TimeSpan counted = time.GetElapsedTime(At);
            TimeSpan told = time.GetUtcNow() - UtcAt;
            return counted > told ? counted : told;
        }
    }
}
