using Onboarding.Api.Rpc;
using Onboarding.Client.BootConfiguration;
using Onboarding.Client.Errors;
using Onboarding.Client.Events;
using Onboarding.Client.Sidecar;
using Rpc = Onboarding.Api.Rpc;
using SidecarState = Onboarding.Client.Sidecar.SidecarState;

namespace Onboarding.Client.Flow;

/// <summary>
/// A workload on this machine: its boot configuration and its sidecar, one change at a time and in the order in which they were asked for.
/// </summary>
internal sealed class WorkloadRuntime : IAsyncDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);
    private readonly BootConfigurationStore _store;
    private readonly SidecarSupervisor _sidecar;
    private readonly ISidecarHost? _host;
    private readonly AgentEvents _events;
    private readonly WorkQueue _work = new();
    private readonly SidecarPackage _package;
    private readonly PackageTrial _trial;
    private readonly IKeptPrograms? _kept;
    private readonly ITimer _packageWatch;
    private volatile bool _wanted;

    /// <summary>Makes one; nothing is started yet.</summary>
    /// <param name="store">The boot configuration.</param>
    /// <param name="program">The sidecar.</param>
    /// <param name="sidecar">Makes what keeps it running.</param>
    /// <param name="wanted">False to leave the sidecar alone until someone asks for it.</param>
    /// <param name="package">Follows the sidecar's package on the disk.</param>
    /// <param name="time">The clock.</param>
    /// <param name="events">What is told.</param>
    public WorkloadRuntime(
        BootConfigurationStore store, SidecarProgram program, SidecarFactory sidecar, bool wanted, SidecarPackage package, TimeProvider time, AgentEvents events)
    {
        _store = store;
        _package = package;
        _kept = program.Kept;
        _trial = new PackageTrial(program.Kept, package, time, GoBack);
        _wanted = wanted;
        _host = program.Host;
        _events = events;
        _sidecar = sidecar(store.CurrentDirectory, OnSidecar);
        _sidecar.Captured = state => OnCapture(state, program.Capture.OpenAfter);
        _sidecar.Noticed = notice => _events.Tell(new AgentEvent.Noticed(notice));
        _packageWatch = time.CreateTimer(_ => LookAtPackage(), null, BetweenLooks, BetweenLooks);
    }

    /// <summary>Makes the supervisor of a sidecar.</summary>
    public delegate SidecarSupervisor SidecarFactory(string bootDirectory, Action<SidecarStatus> changed);

    /// <summary>The health to report to the plane, whenever it changes.</summary>
    public event Action<HealthReport>? HealthChanged;

    /// <summary>The boot configuration in force.</summary>
    public BootVersion? Version => _store.Current;

    /// <summary>True if there is neither a boot configuration nor a sidecar.</summary>
    public bool IsEmpty => _store.Current is null && !IsSidecarRunning && !_sidecar.IsLeftRunning;

    /// <summary>True if a sidecar process is kept running.</summary>
    public bool IsSidecarRunning => _sidecar.Status.State != SidecarState.Stopped;

    /// <summary>How the sidecar is; one that is started as soon as there is something to start it with counts as starting.</summary>
    public HealthReport Health => _wanted && _sidecar.Status.State == SidecarState.Stopped
        ? Report(new SidecarStatus(SidecarState.Starting, Message: "It is started with its boot configuration."))
        : Report(_sidecar.Status);

    /// <summary>What won't work as people expect while the sidecar runs.</summary>
    public IReadOnlyList<SidecarNotice> Notices => _sidecar.Notices;

    /// <summary>Where the machine's traffic goes.</summary>
    public CaptureState Capture => _sidecar.Capture;

    /// <summary>How the sidecar's process is.</summary>
    public SidecarStatus Sidecar => _sidecar.Status;

    /// <summary>Where the boot configuration in force is.</summary>
    public string BootDirectory => _store.CurrentDirectory;

    // One that an agent before this one started was wanted; anyone who stops it on purpose leaves none behind.
    private bool IsWanted => _wanted |= _sidecar.IsLeftRunning;

    /// <summary>Takes over a sidecar that an agent before this one left running, or starts it again.</summary>
    /// <param name="registrationUid">The registration this agent has.</param>
    public Task ResumeAsync(string registrationUid) => _work.RunAsync(async () =>
    {
        if (_store.Current is { } version && version.RegistrationUid == registrationUid && IsWanted)
        {
            await EnsureAsync(version);
        }
    });

    /// <summary>
    /// Puts a boot configuration in force, and (re)starts the sidecar if what it reads at its start changed; one that waits for its turn in
    /// a rollout is kept. Not waited for: a sidecar may drain for long, and the session goes on (or ends) meanwhile.
    /// </summary>
    /// <param name="boot">What the plane sent.</param>
    /// <param name="registrationUid">The registration it was sent to.</param>
    /// <param name="answer">Takes what to tell the plane.</param>
    public void Take(Rpc.BootConfiguration boot, string registrationUid, Action<BootConfigurationStatus> answer)
    {
        if (boot.Pending)
        {
            Post(boot.Version?.Generation ?? 0, null, () => KeepAsync(boot, registrationUid));
        }
        else
        {
            Post(boot.Version?.Generation ?? 0, answer, () => ApplyAsync(boot, registrationUid));
        }
    }

    /// <summary>Puts other hosts in force under the running sidecar.</summary>
    /// <param name="live">What the plane sent.</param>
    /// <param name="registrationUid">The registration it was sent to.</param>
    /// <param name="answer">Takes what to tell the plane.</param>
    public void Take(LiveConfiguration live, string registrationUid, Action<BootConfigurationStatus> answer) =>
        Post(live.Version?.Generation ?? 0, answer, () =>
        {
            _store.ApplyLive(live, registrationUid);
            _sidecar.ApplyLive();
            _events.Tell(new AgentEvent.HostsWritten(live.Version!.Generation, _store.CurrentDirectory));
            return Task.FromResult(new BootConfigurationStatus { Generation = live.Version.Generation });
        });

    /// <summary>Puts a renewed istio-token in force; a running sidecar reads it by itself.</summary>
    /// <param name="token">What the plane sent.</param>
    public void Take(IstioToken token) => Post(_store.Current?.Generation ?? 0, null, () =>
    {
        _store.ReplaceToken(token);
        _sidecar.ApplyLive();
        _events.Tell(new AgentEvent.IstioTokenRenewed(_store.Current?.TokenExpiresAt));
        return Task.FromResult(new BootConfigurationStatus());
    });

    /// <summary>Starts the sidecar, and keeps it running from now on.</summary>
    /// <exception cref="OnboardingException"><see cref="ErrorIds.NotRegistered"/>: there is nothing to start it with.</exception>
    public Task StartSidecarAsync() => _work.RunAsync(async () =>
    {
        if (_store.Current is not { } version)
        {
            throw new OnboardingException(
                ErrorIds.NotRegistered,
                "The sidecar can't be started: this machine has no boot configuration, as it isn't in the mesh.",
                "onboarding-agent register, or in PowerShell Register-MeshWorkload");
        }

        _wanted = true;
        await EnsureAsync(version);
    });

    /// <summary>Stops the sidecar, and leaves it stopped whatever the plane sends, until it is started by hand.</summary>
    /// <param name="drain">How long it may drain; null for what the configuration says.</param>
    public Task HoldSidecarAsync(TimeSpan? drain)
    {
        // At once: what waits before the stop mustn't start it.
        _wanted = false;
        return StopSidecarAsync(drain);
    }

    /// <summary>Stops the sidecar; it may drain.</summary>
    /// <param name="drain">How long; null for what the configuration says.</param>
    /// <param name="hurry">Ends the draining.</param>
    public Task StopSidecarAsync(TimeSpan? drain = null, CancellationToken hurry = default) => _work.RunAsync(async () =>
    {
        await RestoreAsync(() => _sidecar.StopAsync(drain, hurry));
        _events.Tell(new AgentEvent.SidecarStopped());
    });

    /// <summary>Undoes what a sidecar left behind that ended while no agent was there.</summary>
    public Task RecoverAsync() => _work.RunAsync(() => RestoreAsync(_sidecar.RecoverAsync));

    /// <summary>Removes boot configuration and token.</summary>
    public Task ClearAsync() => _work.RunAsync(async () =>
    {
        if (_host is { } host)
        {
            await RestoreAsync(host.RemoveAsync);
        }

        _package.Forget();
        _kept?.Forget();
        _store.Clear();
    });

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _work.Close();
        await _packageWatch.DisposeAsync();
        _trial.Dispose();
        // Lets go first: a change that waits for a sidecar to drain would keep the worker.
        await _sidecar.DisposeAsync();
        await _work.DisposeAsync();
    }

    private Task<bool> EnsureAsync(BootVersion version) => _sidecar.EnsureAsync(_trial.Choose(version.CoreHash, _store.ReadCore()));

    private void GoBack() => _work.Post(async () =>
    {
        _events.Tell(new AgentEvent.PackageRefused());
        if (_store.Current is { } version && IsWanted)
        {
            await EnsureAsync(version);
        }
    });

    private void LookAtPackage()
    {
        if (_package.Look())
        {
            _events.Tell(new AgentEvent.PackageReplaced());
            HealthChanged?.Invoke(Health);
        }
    }

    private HealthReport Report(SidecarStatus status) => new()
    {
        Sidecar = status.State switch
        {
            SidecarState.Stopped => Rpc.SidecarState.Stopped,
            SidecarState.Starting => Rpc.SidecarState.Starting,
            SidecarState.Ready => Rpc.SidecarState.Ready,
            _ => Rpc.SidecarState.Failed,
        },
        SidecarReady = status.State == SidecarState.Ready,
        Message = Cut(status.Message),
        CoreHash = status.CoreHash,
        Package = _package.Name,
    };

    // Nothing waits for these changes: what isn't told here, a bug included, would never be heard of.
    private void Post(long generation, Action<BootConfigurationStatus>? answer, Func<Task<BootConfigurationStatus>> change) => _work.Post(async () =>
    {
        BootConfigurationStatus status;
        try
        {
            status = await change();
        }
        catch (OperationCanceledException)
        {
            // The agent lets go of the machine.
            return;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            status = Failed(e, generation);
        }

        answer?.Invoke(status);
    });

    private async Task<BootConfigurationStatus> ApplyAsync(Rpc.BootConfiguration boot, string registrationUid)
    {
        BootChange change = _store.Apply(boot, registrationUid);
        BootVersion version = _store.Current!;
        _events.Tell(new AgentEvent.BootConfigurationWritten(version, _store.CurrentDirectory, change));
        bool restarted = IsWanted && await EnsureAsync(version);
        if (!restarted && change == BootChange.Live)
        {
            _sidecar.ApplyLive();
        }

        return new BootConfigurationStatus { Generation = version.Generation, SidecarRestarted = restarted };
    }

    private Task<BootConfigurationStatus> KeepAsync(Rpc.BootConfiguration boot, string registrationUid)
    {
        BootVersion version = _store.Keep(boot, registrationUid);
        _events.Tell(new AgentEvent.BootConfigurationPending(version.Generation));
        return Task.FromResult(new BootConfigurationStatus());
    }

    // What can't be undone must not keep a machine from leaving, or from joining again; it is told, and the next start tries again.
    private async Task RestoreAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception e) when (e is OnboardingException or IOException or UnauthorizedAccessException)
        {
            _events.Tell(new AgentEvent.MachineNotRestored(e as OnboardingException ?? new OnboardingException(
                ErrorIds.SidecarFailed, $"The sidecar's files couldn't be removed: {e.Message}.", "onboarding-agent check", e)));
        }
    }

    private BootConfigurationStatus Failed(Exception e, long generation)
    {
        OnboardingException failure = e as OnboardingException ?? new OnboardingException(
            ErrorIds.BootConfigurationNotWritten, $"The boot configuration couldn't be put in force: {e.Message}.", $"ls -lR {_store.CurrentDirectory}", e);
        _events.Tell(new AgentEvent.BootConfigurationFailed(failure));
        return new BootConfigurationStatus { Generation = generation, Error = Cut(failure.Message) };
    }

    private void OnSidecar(SidecarStatus status)
    {
        switch (status)
        {
            case { IsNewProcess: true, ProcessId: { } processId }:
                _package.Starting();
                _trial.Started();
                _events.Tell(new AgentEvent.SidecarStarted(processId));
                break;
            case { State: SidecarState.Ready, ProcessId: { } processId }:
                _trial.Ready();
                _events.Tell(new AgentEvent.SidecarReady(processId));
                break;
            case { State: SidecarState.Failed }:
                _trial.Failed();
                _events.Tell(new AgentEvent.SidecarFailed(status.Message, status.Failure));
                break;
        }

        HealthChanged?.Invoke(Report(status));
    }

    private void OnCapture(CaptureState state, TimeSpan openAfter)
    {
        switch (state)
        {
            case CaptureState.InForce:
                _events.Tell(new AgentEvent.TrafficCaptured());
                break;
            case CaptureState.Opened:
                _events.Tell(new AgentEvent.TrafficReleased(openAfter));
                break;
        }
    }

    private static string Cut(string message) => message.Length <= 1024 ? message : message[..1024];
}
