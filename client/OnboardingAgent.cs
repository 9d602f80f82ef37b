using Microsoft.Extensions.Logging;
using Onboarding.Api;
using Onboarding.Api.Configuration;
using Onboarding.Api.Rpc;
using Onboarding.Client.BootConfiguration;
using Onboarding.Client.Channel;
using Onboarding.Client.Errors;
using Onboarding.Client.Flow;
using Onboarding.Client.Keys;
using Onboarding.Client.Native;
using Onboarding.Client.Sidecar;
using Onboarding.Client.State;
using Onboarding.Client.Timing;

namespace Onboarding.Client;

/// <summary>
/// Joins this machine to a workload group, keeps it there, and takes it out again: the flow of docs/architecture.md,
/// for the agent service and for a PowerShell session alike.
/// </summary>
public sealed partial class OnboardingAgent : IAsyncDisposable
{
    private static readonly TimeSpan SettledSession = TimeSpan.FromSeconds(5);

    // Then the plane is asked whether that still holds: an operator may have changed his mind.
    private static readonly TimeSpan StayOut = TimeSpan.FromMinutes(1);
    private readonly OnboardingAgentOptions _options;
    private readonly TimeProvider _time;
    private readonly StateDirectory _state;
    private readonly AgentKey _key;
    private readonly PlaneChannel _channel;
    private readonly PlaneClient _plane;
    private readonly Joiner _joiner;
    private readonly RegistrationStore _registrations;
    private readonly WorkloadRuntime _runtime;
    private readonly Steps _steps;
    private readonly SidecarProgram _program;
    private readonly Backoff _backoff;
    private readonly RefusalPeriod _refused;
    private readonly CancellationTokenSource _abandoned = new();
    private HeldToken? _token;
    private RegistrationRecord? _registration;
    private TokenRenewal? _renewal;
    private Task _staying = Task.CompletedTask;
    private volatile bool _inSession;
    private TaskCompletionSource _wake = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private OnboardingAgent(OnboardingAgentOptions options, StateDirectory state)
    {
        _options = options;
        _time = options.TimeProvider;
        _state = state;
        _steps = new Steps(options.LoggerFactory.CreateLogger<Steps>(), options.Progress, _time);
        _backoff = new Backoff(_time, options.Random);
        _refused = new RefusalPeriod(_time);
        _key = new AgentKeyStore(state, options.MachineIdPath).LoadOrCreate();
        _channel = PlaneChannel.Open(options.Onboarding.OnboardingEndpoint, _time, options.RootCertificates, state.Path, options.LoggerFactory.CreateLogger<PlaneChannel>());
        _plane = new PlaneClient(_channel, _key, _time, options.AgentVersion);
        SidecarProgram program = AgentParts.Sidecar(options);
        _program = program;
        _joiner = new Joiner(
            options.Onboarding, _plane, AgentParts.Credentials(options), AgentParts.Host(options), program, options.AgentVersion, _time, _steps);
        string group = $"{options.Onboarding.WorkloadGroup.Namespace}.{options.Onboarding.WorkloadGroup.Name}";
        string directory = state.Directory("workloads", group);
        _registrations = new RegistrationStore(directory);
        _registration = _registrations.Read();
        var store = new BootConfigurationStore(directory, DurableFiles.Instance);
        _runtime = new WorkloadRuntime(
            store,
            program,
            (boot, changed) => new SidecarSupervisor(
                program, directory, boot, _time, options.Random, options.LoggerFactory.CreateLogger<SidecarSupervisor>(), changed),
            options.StartSidecar,
            _steps);
    }

    /// <summary>Takes the state directory and reads the key; nothing is sent yet.</summary>
    /// <param name="options">What to run with.</param>
    /// <exception cref="OnboardingException">The state directory, the key or <c>tls.caFile</c> can't be used.</exception>
    public static OnboardingAgent Open(OnboardingAgentOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        StateDirectory state = StateDirectory.Open(options.StateDirectory, options.OwnerKind);
        try
        {
            return new OnboardingAgent(options, state);
        }
        catch
        {
            state.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Joins and stays until told to stop; then leaves: the workload's records go first, the sidecar serves on for as long as the
    /// plane says, drains and ends, and boot configuration and token are removed. Whatever fails on the way in is told and tried
    /// again, forever.
    /// </summary>
    /// <param name="stop">Leave.</param>
    /// <param name="hurry">Leave without letting the sidecar serve on or drain; the records are removed all the same.</param>
    public async Task RunAsync(CancellationToken stop, CancellationToken hurry = default)
    {
        _steps.Begin();
        TellOfKeyAndTransport();
        await DiscardStateOfOtherKeyAsync();
        await _runtime.RecoverAsync();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(_abandoned.Token);
        Task watching = new IstioTokenWatch(_runtime, _time, _steps).RunAsync(ending.Token);
        _staying = StayAsync(ending.Token);
        await Task.WhenAny(_staying, Task.Delay(Timeout.Infinite, stop));
        if (!stop.IsCancellationRequested)
        {
            // Disposed of while it ran; anything else that ends it is a bug, and shall be seen.
            try
            {
                await _staying;
            }
            finally
            {
                await ending.CancelAsync();
                await watching;
            }

            return;
        }

        await LeaveAsync(_staying, ending, hurry);
        await watching;
    }

    /// <summary>
    /// Lets go of everything. An agent that still runs doesn't leave the mesh by that: its sidecar goes on, and the next agent in
    /// this state directory takes it over, as after a crash.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await _abandoned.CancelAsync();
        // What ended it was told by RunAsync. The directory has to be free again either way.
        await _staying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _runtime.DisposeAsync();
        _abandoned.Dispose();
        _channel.Dispose();
        _key.Dispose();
        _state.Dispose();
    }

    private void TellOfKeyAndTransport()
    {
        string thumbprint = _key.PublicKey.Thumbprint;
        if (_key.Origin == AgentKeyOrigin.ReplacedOnOtherMachine)
        {
            _steps.Warn(
                OnboardingPhase.KeyReplaced,
                $"the key in {_state.Path} was made on another machine: this disk is a copy. A new key {thumbprint} was made; an identity that is bound to the old one needs: kubectl delete workloadkeybinding",
                ("thumbprint", thumbprint));
        }
        else
        {
            string how = _key.Origin == AgentKeyOrigin.Created ? "made" : "loaded";
            _steps.Done(OnboardingPhase.KeyReady, $"agent key {thumbprint} {how}", ("thumbprint", thumbprint));
        }

        if (!_channel.IsVerified)
        {
            _steps.Warn(
                OnboardingPhase.InsecureTransport,
                $"the certificate of {_channel.Address} is NOT verified (transportSecurity.tls.insecureSkipVerify): anybody on the way can pose as the plane. Set tls.caFile instead");
        }
    }

    private async Task StayAsync(CancellationToken ending)
    {
        try
        {
            while (!ending.IsCancellationRequested)
            {
                if (await TryOnceAsync(ending) is { } wait)
                {
                    await WaitAsync(wait, ending);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The agent leaves.
        }
    }

    /// <returns>How long to wait before the next attempt.</returns>
    private async Task<TimeSpan?> TryOnceAsync(CancellationToken ending)
    {
        try
        {
            if (_token is null || !_token.IsGoodAt(_time.GetUtcNow()))
            {
                _token = null;
                HeldToken token = await _joiner.AuthorizeAsync(ending, comeBack: ComeBack);
                Remember(await _joiner.RegisterAsync(token, ending), token);
                _refused.Clear();
                ComeBack = false;
            }

            return await HandleAsync(await RunSessionAsync(ending), ending);
        }
        catch (OnboardingException e)
        {
            _refused.Add(e);
            await ResumeWithoutPlaneAsync(e);
            // Without a registration and not admitted: it is out of the mesh, and a sidecar with the identity of before mustn't serve on.
            if (e.Reason == Reasons.StayOut || (e.Reason == Reasons.NotAuthorized && _registration is null))
            {
                await ForgetAsync();
            }

            TimeSpan wait = Again(e, e.ErrorId == ErrorIds.PlaneRefused ? OnboardingPhase.Refused : OnboardingPhase.AttemptFailed);
            await StopRefusedAsync();
            return wait;
        }
    }

    // After a reboot the plane may be away, and the token on disk still good: the workload needn't wait. Not with a key that was
    // just made: this disk may be a copy, and what is on it another machine's.
    private async Task ResumeWithoutPlaneAsync(OnboardingException why)
    {
        bool isAway = why.ErrorId is ErrorIds.EndpointUnreachable or ErrorIds.EndpointConnectionRefused or ErrorIds.EndpointUnknownHost;
        if (isAway
            && _key.Origin == AgentKeyOrigin.Loaded
            && _registration is { } registration
            && _runtime.Version?.TokenExpiresAt > _time.GetUtcNow())
        {
            await _runtime.ResumeAsync(registration.Uid);
        }
    }

    // Its records are going, or gone, and nobody told it so: the session was over. Without this it would serve, and renew its identity at
    // istiod, for as long as it runs.
    private async Task StopRefusedAsync()
    {
        if (_registration is not { } registration
            || _options.Agent.Sidecar.WhenRefused == RefusedSidecar.Keep
            || _refused.Length < registration.RefusedPatience)
        {
            return;
        }

        _steps.Warn(
            OnboardingPhase.RefusedForGood,
            $"the plane has refused this machine for {_refused.Length.TotalSeconds:0} s: its sidecar is stopped, and what it had of the mesh is removed. The agent asks on. To keep the sidecar in such a case: sidecar.whenRefused: Keep",
            ("registration", registration.Name));
        await ForgetAsync();
    }

    private async Task DiscardStateOfOtherKeyAsync()
    {
        if (_registration is not { Key: { } key } registration || key == _key.PublicKey.Thumbprint)
        {
            return;
        }

        // A copied disk, or a key that was reset: the sidecar's certificate would let this machine be the one of before at istiod, whatever the
        // plane makes of the new key. It goes before anything is asked or started.
        _steps.Warn(
            OnboardingPhase.StateDiscarded,
            $"registration {registration.Name} was made with another key ({key}); its boot configuration and certificate are removed",
            ("registration", registration.Name));
        await ForgetAsync(always: true);
    }

    private void Remember(RegisterWorkloadResponse answer, HeldToken token)
    {
        bool same = _registration?.Uid == answer.RegistrationUid;
        _registration = new RegistrationRecord(
            token.PlaneUid, answer.Registration, answer.RegistrationUid, answer.Address, answer.SpiffeId, same ? _registration!.Epoch : 0)
        {
            Key = _key.PublicKey.Thumbprint,
            GracePeriod = same ? _registration!.GracePeriod : null,
        };
        _registrations.Write(_registration);
        _token = token;
    }

    private async Task<SessionEnd> RunSessionAsync(CancellationToken ending)
    {
        _renewal = new TokenRenewal(_joiner, _time, _options.Random, _steps);
        var session = new Session(_plane, _runtime, _registrations, _renewal, _time, _steps);
        _inSession = true;
        try
        {
            SessionEnd end = await session.RunAsync(_token!, _registration!, ending);
            if (session.Stood > SettledSession)
            {
                _backoff.Reset();
            }

            return end;
        }
        finally
        {
            _inSession = false;
            _token = _renewal.Current ?? _token;
            _registration = _registrations.Read() ?? _registration;
        }
    }

    private async Task<TimeSpan?> HandleAsync(SessionEnd end, CancellationToken ending)
    {
        ending.ThrowIfCancellationRequested();
        switch (end)
        {
            case SessionEnd.Relocate relocate:
                TimeSpan wait = relocate.Within * _options.Random();
                _steps.Done(OnboardingPhase.Relocating, $"the plane asks to connect to another instance, in {wait.TotalSeconds:0.0} s");
                return wait;
            case SessionEnd.Gone gone:
                _token = null;
                _registration = null;
                _registrations.Delete();
                await TellGoneAsync(gone, ending);
                return _backoff.Next();
            case SessionEnd.Rejected rejected:
                // The token or the agent isn't wanted as it is: the whole decision again, with a fresh credential.
                _token = null;
                return Again(rejected.Why, OnboardingPhase.Refused);
            case SessionEnd.Lost lost:
                return Again(lost.Why, OnboardingPhase.Disconnected);
            default:
                return null;
        }
    }

    private async Task TellGoneAsync(SessionEnd.Gone gone, CancellationToken ending)
    {
        if (gone.Rejoin)
        {
            _steps.Warn(OnboardingPhase.RegistrationGone, $"the registration was removed ({gone.Reason}); joining again", ("reason", gone.Reason));
            return;
        }

        _steps.Failed(
            OnboardingPhase.RegistrationGone,
            new OnboardingException(
                ErrorIds.RegistrationGone,
                $"The registration was removed ({gone.Reason}), and this machine is to stay out.",
                "ask the operator why; to rejoin: onboarding-agent register --override-exclusion, or Register-MeshWorkload -Force")
            { Reason = gone.Reason });
        await ForgetAsync();
        await WaitAsync(StayOut, ending);
    }

    /// <summary>The machine was taken out; what is left of its being in goes, too.</summary>
    /// <param name="always">Also where nothing seems to be left: files alone may be.</param>
    private async Task ForgetAsync(bool always = false)
    {
        if (always || !_runtime.IsEmpty)
        {
            await _runtime.StopSidecarAsync();
            await _runtime.ClearAsync();
        }

        _registrations.Delete();
        _registration = null;
    }

    /// <summary>Waits, but no longer than until somebody asks to try at once.</summary>
    private async Task WaitAsync(TimeSpan wait, CancellationToken ending)
    {
        Task wake = _wake.Task;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ending);
        await Task.WhenAny(Task.Delay(wait, _time, over.Token), wake);
        await over.CancelAsync();
        ending.ThrowIfCancellationRequested();
        if (wake.IsCompleted)
        {
            _wake = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private TimeSpan Again(OnboardingException failure, OnboardingPhase phase)
    {
        TimeSpan wait = _backoff.Next();
        wait = failure.RetryAfter > wait ? failure.RetryAfter.Value : wait;
        _steps.Failed(phase, failure, ("retryInSeconds", wait.TotalSeconds.ToString("0.000", System.Globalization.CultureInfo.InvariantCulture)));
        return wait;
    }
}
