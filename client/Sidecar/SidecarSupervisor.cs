using Microsoft.Extensions.Logging;
using Onboarding.Client.Errors;
using Onboarding.Client.Timing;

namespace Onboarding.Client.Sidecar;

/// <summary>
/// Keeps one sidecar process running with the boot configuration in force: starts it, watches it, starts it again when it
/// ends by itself, and stops it when told to.
/// </summary>
internal sealed partial class SidecarSupervisor : IAsyncDisposable
{
    private static readonly TimeSpan LongRun = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BetweenRotations = TimeSpan.FromSeconds(15);
    private readonly SidecarProgram _program;
    private readonly string _bootDirectory;
    private readonly SidecarRecordFile _record;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Action<SidecarStatus> _changed;
    private readonly Backoff _backoff;
    private readonly SidecarLog _log;
    private readonly TrafficCapture _capture;
    private readonly ReadinessWatch _readiness;
    private readonly StraySidecar _stray;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Lock _statusLock = new();
    private readonly CancellationTokenSource _letGo = new();
    private CancellationTokenSource? _stopping;
    private Task _loop = Task.CompletedTask;
    private string _coreHash = "";
    private volatile IReadOnlyList<SidecarNotice> _told = [];
    private volatile ISidecarProcess? _running;

    /// <summary>Makes one; nothing is started yet.</summary>
    /// <param name="program">The sidecar.</param>
    /// <param name="workloadDirectory">Where <c>sidecar.json</c> is kept.</param>
    /// <param name="bootDirectory">Where the sidecar reads its boot configuration.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">Numbers from 0 (inclusive) to 1 (exclusive), for the waits between restarts.</param>
    /// <param name="logger">Where to log.</param>
    /// <param name="changed">Told of every change, on any thread.</param>
    public SidecarSupervisor(
        SidecarProgram program,
        string workloadDirectory,
        string bootDirectory,
        TimeProvider time,
        Func<double> random,
        ILogger<SidecarSupervisor> logger,
        Action<SidecarStatus> changed)
    {
        _program = program;
        _bootDirectory = bootDirectory;
        _record = new SidecarRecordFile(workloadDirectory);
        _time = time;
        _logger = logger;
        _changed = changed;
        _backoff = new Backoff(time, random) { Base = TimeSpan.FromSeconds(1), Cap = LongRun / 2 };
        _log = new SidecarLog(program.FindLogs);
        _capture = new TrafficCapture(program, time, logger, state => Captured?.Invoke(state));
        _readiness = new ReadinessWatch(program, _log.LastWords, _capture, time);
        _stray = new StraySidecar(program, bootDirectory);
    }

    /// <summary>Told, before a start, of what won't work as people expect; once, however often the sidecar is started.</summary>
    public Action<SidecarNotice>? Noticed { get; set; }

    /// <summary>What won't work as people expect; none while it doesn't run.</summary>
    public IReadOnlyList<SidecarNotice> Notices => Status.State == SidecarState.Stopped ? [] : _told;

    /// <summary>How it is now.</summary>
    public SidecarStatus Status { get; private set; } = new(SidecarState.Stopped);

    /// <summary>True if an agent before this one left one running, which no one took over yet.</summary>
    public bool IsLeftRunning
    {
        get
        {
            using RunningSidecar? orphan = _loop.IsCompleted ? FindOrphan() : null;
            return orphan is not null;
        }
    }

    /// <summary>Makes sure that it runs with this core; a running one with another core is stopped first.</summary>
    /// <param name="coreHash">Core of the boot configuration in force.</param>
    /// <returns>True if a process was started for it.</returns>
    public async Task<bool> EnsureAsync(string coreHash)
    {
        await _gate.WaitAsync();
        try
        {
            if (!_loop.IsCompleted && _coreHash == coreHash)
            {
                return false;
            }

            if (_loop.IsCompleted && FindOrphan() is { } orphan)
            {
                string runsOn = _record.Read()?.CoreHash ?? "";
                Begin(orphan, runsOn);
                if (runsOn == coreHash)
                {
                    LogAdopted(_logger, orphan.Identity.ProcessId);
                    return false;
                }

                LogOrphan(_logger, orphan.Identity.ProcessId);
            }

            await EndAsync(_program.DrainTimeout);
            _letGo.Token.ThrowIfCancellationRequested();
            Begin(null, coreHash);
            return true;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>
    /// When an agent starts: undoes what a sidecar left behind that ended while no agent was there. One that still runs is left
    /// alone until it is known whether it is wanted.
    /// </summary>
    /// <exception cref="OnboardingException">Something of it is left.</exception>
    public async Task RecoverAsync()
    {
        await _gate.WaitAsync();
        try
        {
            if (_loop.IsCompleted && !IsLeftRunning)
            {
                await StopStrayAsync(_program.DrainTimeout);
                await EndedAsync();
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Hosts or token changed: a running sidecar reads them again by itself, where it looks for them.</summary>
    public void ApplyLive()
    {
        if (!_loop.IsCompleted)
        {
            _program.Host?.InstallLive(_bootDirectory);
        }
    }

    /// <summary>Stops it: SIGTERM, and SIGKILL to whatever is left after the drain time.</summary>
    /// <param name="drain">How long it may drain; null for what the configuration says.</param>
    /// <param name="hurry">Ends the draining.</param>
    /// <exception cref="OnboardingException">It has ended, but something of it is left on the machine.</exception>
    public async Task StopAsync(TimeSpan? drain = null, CancellationToken hurry = default)
    {
        await _gate.WaitAsync(CancellationToken.None);
        try
        {
            if (_loop.IsCompleted && FindOrphan() is { } orphan)
            {
                LogOrphan(_logger, orphan.Identity.ProcessId);
                Begin(orphan, "");
            }

            await EndAsync(drain ?? _program.DrainTimeout, hurry);
            await StopStrayAsync(hurry.IsCancellationRequested ? TimeSpan.Zero : drain ?? _program.DrainTimeout);
            await EndedAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Lets go of the process without ending it; the next supervisor finds it by its record.</summary>
    public async ValueTask DisposeAsync()
    {
        await _letGo.CancelAsync();
        // What is under way sees that, and ends without waiting for a process.
        await _gate.WaitAsync();
        await _loop;
        await _capture.DisposeAsync();
        _readiness.Dispose();
        _letGo.Dispose();
        _gate.Dispose();
    }

    private RunningSidecar? FindOrphan() => _record.Read() is { } record
        ? RunningSidecar.Adopt(new ProcessIdentity(record.ProcessId, record.StartTime))
        : null;

    private void Begin(RunningSidecar? adopted, string coreHash)
    {
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(_letGo.Token);
        _running = adopted;
        _coreHash = coreHash;
        if (adopted is not null)
        {
            _capture.Adopted();
        }

        CancellationToken stop = _stopping.Token;
        _loop = Task.Run(() => SuperviseAsync(adopted, coreHash, stop), CancellationToken.None);
    }

    private async Task EndAsync(TimeSpan drain, CancellationToken hurry = default)
    {
        if (_stopping is null)
        {
            return;
        }

        await _stopping.CancelAsync();
        long told = _time.GetTimestamp();
        _running?.Terminate();
        try
        {
            await _loop.WaitAsync(drain, _time, hurry);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            LogKilled(_logger, _time.GetElapsedTime(told).TotalSeconds);
            _running?.Kill();
            await _loop;
        }

        _stopping.Dispose();
        _stopping = null;
    }

    private async Task StopStrayAsync(TimeSpan drain)
    {
        foreach (ProcessIdentity process in await _stray.StopAsync(drain, _time, _letGo.Token))
        {
            LogOrphan(_logger, process.ProcessId);
        }
    }

    private async Task SuperviseAsync(RunningSidecar? adopted, string coreHash, CancellationToken stop)
    {
        ISidecarProcess? sidecar = adopted;
        do
        {
            string failure;
            OnboardingException? known = null;
            try
            {
                sidecar ??= await LaunchAsync(coreHash);
                failure = await WatchAsync(sidecar, coreHash, stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e) when (e is OnboardingException or IOException or UnauthorizedAccessException)
            {
                known = e as OnboardingException;
                failure = known?.Describe() ?? e.Message;
            }

            // Its redirection stays until it is started again: who can make it crash must not get past it, neither in nor out.
            sidecar = null;
            _running = null;
            if (!stop.IsCancellationRequested)
            {
                TimeSpan wait = _backoff.Next();
                LogFailed(_logger, failure, wait);
                Set(new SidecarStatus(SidecarState.Failed, null, failure) { Failure = known, CoreHash = coreHash });
                await Task.Delay(wait, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        while (!stop.IsCancellationRequested);
        Set(new SidecarStatus(SidecarState.Stopped));
    }

    private void Tell(IReadOnlyList<SidecarNotice> notices)
    {
        foreach (SidecarNotice notice in notices.Except(_told))
        {
            Noticed?.Invoke(notice);
        }

        _told = notices;
    }

    private async Task<ISidecarProcess> LaunchAsync(string coreHash)
    {
        // A machine without the program is left as it is.
        RunningSidecar.Require(_program);
        await StopStrayAsync(_program.DrainTimeout);
        if (_program.Host is { } host)
        {
            Tell(await host.PrepareAsync(new SidecarStart(_bootDirectory, coreHash) { CapturesFirst = _capture.CapturesFirst }));
            _capture.Prepared();
        }

        _log.Mark();
        ISidecarProcess sidecar = _program.StartUnitAsync is { } start
            ? await start(_letGo.Token)
            : RunningSidecar.Start(_program.Kept?.Apply(_program, _bootDirectory) ?? _program, _bootDirectory);
        _running = sidecar;
        try
        {
            _record.Write(new SidecarRecord(sidecar.Identity.ProcessId, sidecar.Identity.StartTime, coreHash, _program.ReadPackage()));
        }
        catch
        {
            // No one would know of it: the next try would start a second one beside it, and no agent would ever stop this one.
            sidecar.Kill();
            await sidecar.WaitForExitAsync(CancellationToken.None);
            sidecar.Dispose();
            throw;
        }

        LogStarted(_logger, sidecar.Identity.ProcessId, _program.Path);
        return sidecar;
    }

    private async Task<string> WatchAsync(ISidecarProcess sidecar, string coreHash, CancellationToken stop)
    {
        int processId = sidecar.Identity.ProcessId;
        DateTimeOffset? startedAt = sidecar.StartedAt;
        long started = _time.GetTimestamp();
        using SidecarGuard? guard = _program.OwnerLock is { } ownerLock
            ? SidecarGuard.Start(sidecar.Identity, _program.DrainTimeout, ownerLock, _program.Host?.Undo)
            : null;
        Set(new SidecarStatus(SidecarState.Starting, processId, "started") { IsNewProcess = true, StartedAt = startedAt, CoreHash = coreHash });
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task readiness = _readiness.WatchAsync(
            (state, message, failure) => Set(
                new SidecarStatus(state, processId, message) { StartedAt = startedAt, CoreHash = coreHash, Failure = failure }),
            ended.Token);
        Task rotation = RotateAsync(ended.Token);
        if (stop.IsCancellationRequested && !_letGo.IsCancellationRequested)
        {
            // It was told to stop between its start and now.
            sidecar.Terminate();
        }

        try
        {
            int? exitCode = await sidecar.WaitForExitAsync(_letGo.Token);
            _record.Delete();
            string words = _log.LastWords();
            return $"The sidecar {_program.Path} (pid {processId}) ended by itself{(exitCode is null ? "" : $" with exit code {exitCode}")}."
                + (words.Length > 0 ? $" It last said: {words}" : "");
        }
        finally
        {
            await ended.CancelAsync();
            await readiness;
            await rotation;
            sidecar.Dispose();
            ResetAfterLongRun(started);
        }
    }

    private async Task RotateAsync(CancellationToken ended)
    {
        while (_log.IsRotated && !ended.IsCancellationRequested)
        {
            try
            {
                _log.Rotate();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                LogNotRotated(_logger, e.Message);
            }

            await Task.Delay(BetweenRotations, _time, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void ResetAfterLongRun(long started)
    {
        if (_time.GetElapsedTime(started) >= LongRun)
        {
            _backoff.Reset();
        }
    }

    private void Set(SidecarStatus status)
    {
        lock (_statusLock)
        {
            if (status != Status)
            {
                Status = status;
                Follow(status.State);
                _changed(status);
            }
        }
    }
}
