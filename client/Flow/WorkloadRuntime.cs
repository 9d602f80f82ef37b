using System.Globalization;
using Onboarding.Api.Rpc;
using Onboarding.Client.BootConfiguration;
using Onboarding.Client.Errors;
using Onboarding.Client.Sidecar;
using Rpc = Onboarding.Api.Rpc;
using SidecarState = Onboarding.Client.Sidecar.SidecarState;

namespace Onboarding.Client.Flow;

/// <summary>A workload on this machine: its boot configuration and its sidecar, one change at a time.</summary>
internal sealed class WorkloadRuntime : IAsyncDisposable
{
    private readonly BootConfigurationStore _store;
    private readonly SidecarSupervisor _sidecar;
    private readonly ISidecarHost? _host;
    private readonly Steps _steps;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private bool _wanted;

    /// <summary>Makes one; nothing is started yet.</summary>
    /// <param name="store">The boot configuration.</param>
    /// <param name="program">The sidecar.</param>
    /// <param name="sidecar">Makes what keeps it running.</param>
    /// <param name="wanted">False to leave the sidecar alone until somebody asks for it.</param>
    /// <param name="steps">What is told.</param>
    public WorkloadRuntime(BootConfigurationStore store, SidecarProgram program, SidecarFactory sidecar, bool wanted, Steps steps)
    {
        _store = store;
        _wanted = wanted;
        _host = program.Host;
        _steps = steps;
        _sidecar = sidecar(store.CurrentDirectory, OnSidecar);
        _sidecar.Noticed = notice => _steps.Warn(OnboardingPhase.SidecarNotice, notice.Describe(), ("nextStep", notice.NextStep));
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

    /// <summary>How the sidecar's process is.</summary>
    public SidecarStatus Sidecar => _sidecar.Status;

    /// <summary>Where the boot configuration in force is.</summary>
    public string BootDirectory => _store.CurrentDirectory;

    // One that an agent before this one started was wanted; whoever stops it on purpose leaves none behind.
    private bool IsWanted => _wanted |= _sidecar.IsLeftRunning;

    /// <summary>Takes over a sidecar that an agent before this one left running, or starts it again.</summary>
    /// <param name="registrationUid">The registration this agent has.</param>
    public async Task ResumeAsync(string registrationUid)
    {
        await _gate.WaitAsync();
        try
        {
            if (_store.Current is { } version && version.RegistrationUid == registrationUid && IsWanted)
            {
                await _sidecar.EnsureAsync(version.CoreHash);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Puts a boot configuration in force, and (re)starts the sidecar if what it reads at its start changed.</summary>
    /// <returns>What to tell the plane.</returns>
    public async Task<BootConfigurationStatus> ApplyAsync(Rpc.BootConfiguration boot, string registrationUid)
    {
        await _gate.WaitAsync();
        try
        {
            BootChange change = _store.Apply(boot, registrationUid);
            BootVersion version = _store.Current!;
            _steps.Done(
                OnboardingPhase.BootConfigurationWritten,
                string.Create(CultureInfo.InvariantCulture, $"boot configuration {version.Generation} (v:{Short(version.CoreHash)}) written to {_store.CurrentDirectory}"),
                ("generation", version.Generation.ToString(CultureInfo.InvariantCulture)), ("directory", _store.CurrentDirectory),
                ("spiffeId", version.SpiffeId), ("change", change.ToString()));
            bool restarted = IsWanted && await _sidecar.EnsureAsync(version.CoreHash);
            if (!restarted && change == BootChange.Live)
            {
                _sidecar.ApplyLive();
            }

            return new BootConfigurationStatus { Generation = version.Generation, SidecarRestarted = restarted };
        }
        catch (Exception e) when (IsTold(e))
        {
            return Failed(e, boot.Version?.Generation ?? 0);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Keeps a boot configuration that waits for its turn in a rollout.</summary>
    public async Task KeepAsync(Rpc.BootConfiguration boot, string registrationUid)
    {
        await _gate.WaitAsync();
        try
        {
            BootVersion version = _store.Keep(boot, registrationUid);
            _steps.Done(
                OnboardingPhase.BootConfigurationPending,
                string.Create(CultureInfo.InvariantCulture, $"boot configuration {version.Generation} waits for its turn to restart the sidecar; see what it changes with: onboarding-agent bootconfig diff"),
                ("generation", version.Generation.ToString(CultureInfo.InvariantCulture)));
        }
        catch (Exception e) when (IsTold(e))
        {
            Failed(e, boot.Version?.Generation ?? 0);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Puts other hosts in force under the running sidecar.</summary>
    /// <returns>What to tell the plane.</returns>
    public async Task<BootConfigurationStatus> ApplyAsync(LiveConfiguration live, string registrationUid)
    {
        await _gate.WaitAsync();
        try
        {
            _store.ApplyLive(live, registrationUid);
            _sidecar.ApplyLive();
            _steps.Done(
                OnboardingPhase.HostsWritten,
                string.Create(CultureInfo.InvariantCulture, $"hosts of boot configuration {live.Version.Generation} written to {_store.CurrentDirectory}"),
                ("generation", live.Version.Generation.ToString(CultureInfo.InvariantCulture)));
            return new BootConfigurationStatus { Generation = live.Version.Generation };
        }
        catch (Exception e) when (IsTold(e))
        {
            return Failed(e, live.Version?.Generation ?? 0);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Puts a renewed istio-token in force; a running sidecar reads it by itself.</summary>
    public async Task ReplaceTokenAsync(IstioToken token)
    {
        await _gate.WaitAsync();
        try
        {
            _store.ReplaceToken(token);
            _sidecar.ApplyLive();
            _steps.Done(
                OnboardingPhase.IstioTokenRenewed,
                string.Create(CultureInfo.InvariantCulture, $"istio-token renewed until {_store.Current?.TokenExpiresAt:u}"));
        }
        catch (Exception e) when (IsTold(e))
        {
            Failed(e, _store.Current?.Generation ?? 0);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Starts the sidecar, and keeps it running from now on.</summary>
    /// <exception cref="OnboardingException"><see cref="ErrorIds.NotRegistered"/>: there is nothing to start it with.</exception>
    public async Task StartSidecarAsync()
    {
        await _gate.WaitAsync();
        try
        {
            if (_store.Current is not { } version)
            {
                throw new OnboardingException(
                    ErrorIds.NotRegistered,
                    "The sidecar can't be started: this machine has no boot configuration, as it isn't in the mesh.",
                    "onboarding-agent register, or in PowerShell Register-MeshWorkload");
            }

            _wanted = true;
            await _sidecar.EnsureAsync(version.CoreHash);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Stops the sidecar, and leaves it stopped whatever the plane sends, until somebody starts it.</summary>
    /// <param name="drain">How long it may drain; null for what the configuration says.</param>
    public async Task HoldSidecarAsync(TimeSpan? drain)
    {
        _wanted = false;
        await StopSidecarAsync(drain);
    }

    /// <summary>Stops the sidecar; it may drain.</summary>
    /// <param name="drain">How long; null for what the configuration says.</param>
    /// <param name="hurry">Ends the draining.</param>
    public async Task StopSidecarAsync(TimeSpan? drain = null, CancellationToken hurry = default)
    {
        await _gate.WaitAsync(CancellationToken.None);
        try
        {
            await RestoreAsync(() => _sidecar.StopAsync(drain, hurry));
            _steps.Done(OnboardingPhase.SidecarStopped, "sidecar stopped");
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Undoes what a sidecar left behind that ended while no agent was there.</summary>
    public Task RecoverAsync() => RestoreAsync(_sidecar.RecoverAsync);

    /// <summary>Removes boot configuration and token.</summary>
    public async Task ClearAsync()
    {
        if (_host is { } host)
        {
            await RestoreAsync(host.RemoveAsync);
        }

        _store.Clear();
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _sidecar.DisposeAsync();

    private static HealthReport Report(SidecarStatus status) => new()
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
    };

    // Nobody waits for these changes: what isn't told here, a bug included, nobody would ever hear of.
    private static bool IsTold(Exception e) => e is not OutOfMemoryException;

    // What can't be undone must not keep a machine from leaving, or from joining again; it is told, and the next start tries again.
    private async Task RestoreAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception e) when (e is OnboardingException or IOException or UnauthorizedAccessException)
        {
            _steps.Failed(OnboardingPhase.MachineNotRestored, e as OnboardingException ?? new OnboardingException(
                ErrorIds.SidecarFailed, $"The sidecar's files couldn't be removed: {e.Message}.", "onboarding-agent check", e));
        }
    }

    private BootConfigurationStatus Failed(Exception e, long generation)
    {
        OnboardingException failure = e as OnboardingException ?? new OnboardingException(
            ErrorIds.BootConfigurationNotWritten, $"The boot configuration couldn't be put in force: {e.Message}.", $"ls -lR {_store.CurrentDirectory}", e);
        _steps.Failed(OnboardingPhase.BootConfigurationFailed, failure);
        return new BootConfigurationStatus { Generation = generation, Error = Cut(failure.Message) };
    }

    private void OnSidecar(SidecarStatus status)
    {
        string processId = status.ProcessId?.ToString(CultureInfo.InvariantCulture) ?? "";
        switch (status.State)
        {
            case SidecarState.Starting when status.Message == SidecarSupervisor.JustStarted:
                _steps.Done(OnboardingPhase.SidecarStarted, $"sidecar started, pid {processId}", ("pid", processId));
                break;
            case SidecarState.Ready:
                _steps.Done(OnboardingPhase.SidecarReady, $"sidecar ready, pid {processId}", ("pid", processId));
                break;
            case SidecarState.Failed:
                _steps.Warn(
                    OnboardingPhase.SidecarFailed,
                    status.Message,
                    ("errorId", status.Failure?.ErrorId ?? ErrorIds.SidecarFailed),
                    ("failure", status.Failure?.Message ?? ""),
                    ("nextStep", status.Failure?.NextStep ?? ""));
                break;
        }

        HealthChanged?.Invoke(Report(status));
    }

    // Enough of it to tell two apart; version.json has all.
    private static string Short(string hash) => hash.Length <= 8 ? hash : hash[..8];

    private static string Cut(string message) => message.Length <= 1024 ? message : message[..1024];
}
