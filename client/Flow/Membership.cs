using Microsoft.Extensions.Logging;
using Onboarding.Api;
using Onboarding.Api.Configuration;
using Onboarding.Api.Rpc;
using Onboarding.Client.BootConfiguration;
using Onboarding.Client.Channel;
using Onboarding.Client.Errors;
using Onboarding.Client.Events;
using Onboarding.Client.Identity;
using Onboarding.Client.Keys;
using Onboarding.Client.Native;
using Onboarding.Client.Sidecar;
using Onboarding.Client.State;
using Onboarding.Client.Timing;

namespace Onboarding.Client.Flow;

/// <summary>This machine's membership of its workload group: joins, stays, leaves. The flow of docs/architecture.md.</summary>
internal sealed partial class Membership : IAsyncDisposable
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
    private readonly RegistrationFile _registrations;
    private readonly AgentEvents _events;
    private readonly Backoff _backoff;
    private readonly RefusalPeriod _refused;
    private readonly CancellationTokenSource _abandoned = new();
    private HeldToken? _token;
    private RegistrationRecord? _registration;
    private TokenRenewal? _renewal;
    private Task _staying = Task.CompletedTask;
    private volatile bool _inSession;
    private volatile bool _isLeaving;
    private bool _isSettled;
    private TaskCompletionSource _wake = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Reads the key; nothing is sent yet.</summary>
    /// <param name="options">What to run with.</param>
    /// <param name="state">The state directory, which this agent owns.</param>
    /// <param name="events">What is told.</param>
    /// <exception cref="OnboardingException">The key or <c>tls.caFile</c> can't be used.</exception>
    public Membership(OnboardingAgentOptions options, StateDirectory state, AgentEvents events)
    {
        _options = options;
        _time = options.TimeProvider;
        _state = state;
        _events = events;
        _backoff = new Backoff(_time, options.Random);
        _refused = new RefusalPeriod(_time);
        _key = new AgentKeyStore(state, options.MachineIdPath).LoadOrCreate();
        _channel = PlaneChannel.Open(
            options.Onboarding.OnboardingEndpoint, _time, options.RootCertificates, state.Path, options.LoggerFactory.CreateLogger<PlaneChannel>());
        _plane = new PlaneClient(_channel, _key, _time, options.AgentVersion);
        SidecarProgram program = options.CreateSidecar();
        Program = program;
        _joiner = new Joiner(
            options.Onboarding, _plane, options.CreateCredentials(), options.CreateHostInfo(), program, options.AgentVersion, _time, events);
        string group = $"{options.Onboarding.WorkloadGroup.Namespace}.{options.Onboarding.WorkloadGroup.Name}";
        string directory = state.Directory("workloads", group);
        _registrations = new RegistrationFile(directory);
        _registration = _registrations.Read();
        var store = new BootConfigurationStore(directory, DurableFiles.Instance);
        Runtime = new WorkloadRuntime(
            store,
            program,
            (boot, changed) => new SidecarSupervisor(
                program, directory, boot, _time, options.Random, options.LoggerFactory.CreateLogger<SidecarSupervisor>(), changed),
            options.StartSidecar,
            new SidecarPackage(program, directory),
            _time,
            events);
        // Only a service serves it, so only a service requests it.
        Identity = options.OwnerKind == OnboardingAgentOptions.Service && options.Agent.MeshIdentity.IsServed
            ? new MachineIdentity(new IstiodAuthority(_time), _time, options.Random, options.LoggerFactory.CreateLogger<MachineIdentity>())
            : null;
    }

    /// <summary>How to leave, the next time it is told to.</summary>
    public LeaveOptions Leave { get; set; } = new();

    /// <summary>Join also if an operator took this machine out, to stay out; until it has joined.</summary>
    public bool ComeBack { get; set; }

    /// <summary>The boot configuration in force for its registration; null if there is none.</summary>
    public BootVersion? Boot => Runtime.Version is { } version && version.RegistrationUid == _registration?.Uid ? version : null;

    /// <summary>The machine's identity for other programs on it; null if it is served to none.</summary>
    public MachineIdentity? Identity { get; }

    /// <summary>Boot configuration and sidecar.</summary>
    public WorkloadRuntime Runtime { get; }

    /// <summary>The sidecar as the configuration names it.</summary>
    public SidecarProgram Program { get; }

    /// <summary>False if the configuration says not to verify the plane's certificate.</summary>
    public bool IsTransportVerified => _channel.IsVerified;

    /// <summary>Ends a wait between two attempts, and also that of a machine which was told to stay out.</summary>
    public void TryNow() => _wake.TrySetResult();

    /// <summary>
    /// Joins and stays until told to stop; then leaves: the workload's records go first, the sidecar serves on for as long as the
    /// plane says, drains and ends, and boot configuration and token are removed. Whatever fails on the way in is told and tried
    /// again, forever.
    /// </summary>
    /// <param name="stop">Leave.</param>
    /// <param name="hurry">Leave without letting the sidecar serve on or drain; the records are removed all the same.</param>
    public async Task RunAsync(CancellationToken stop, CancellationToken hurry = default)
    {
        _isLeaving = false;
        TellOfKeyAndTransport();
        await DiscardStateOfOtherKeyAsync();
        await Runtime.RecoverAsync();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(_abandoned.Token);
        Task watching = new IstioTokenWatch(Runtime, _time, _events).RunAsync(ending.Token);
        Task identity = Identity?.RunAsync(() => Boot, Runtime.BootDirectory, _events, ending.Token) ?? Task.CompletedTask;
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
                await Task.WhenAll(watching, identity);
            }

            return;
        }

        try
        {
            await LeaveAsync(_staying, ending, hurry);
        }
        finally
        {
            // Whatever went wrong on the way out: nothing goes on behind it.
            await ending.CancelAsync();
            await Task.WhenAll(watching, identity);
        }
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
        await Runtime.DisposeAsync();
        _abandoned.Dispose();
        _channel.Dispose();
        _key.Dispose();
    }

    private void TellOfKeyAndTransport()
    {
        string thumbprint = _key.PublicKey.Thumbprint;
        if (_key.Origin == AgentKeyOrigin.ReplacedOnOtherMachine)
        {
            _events.Tell(new AgentEvent.KeyReplaced(_state.Path, thumbprint));
        }
        else
        {
            _events.Tell(new AgentEvent.KeyReady(thumbprint, _key.Origin == AgentKeyOrigin.Created));
        }

        if (!_channel.IsVerified)
        {
            _events.Tell(new AgentEvent.InsecureTransport(_channel.Address));
        }
    }

    private async Task StayAsync(CancellationToken ending)
    {
        try
        {
            // One that leaves is told that its registration is gone, and mustn't come back for that.
            while (!ending.IsCancellationRequested && !_isLeaving)
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
            else if (await _joiner.HasMovedAsync(ending))
            {
                Remember(await _joiner.RegisterAsync(_token, ending), _token);
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

            TimeSpan wait = WaitAfter(e);
            _events.Tell(e.ErrorId == ErrorIds.PlaneRefused ? new AgentEvent.Refused(e, wait) : new AgentEvent.AttemptFailed(e, wait));
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
            && Runtime.Version?.TokenExpiresAt > _time.GetUtcNow())
        {
            await Runtime.ResumeAsync(registration.Uid);
        }
    }

    // Its records are going, or gone, and no one told it so: the session was over. Without this it would serve, and renew its identity at
    // istiod, for as long as it runs.
    private async Task StopRefusedAsync()
    {
        if (_registration is not { } registration
            || _options.Agent.Sidecar.WhenRefused == RefusedSidecar.Keep
            || _refused.Length < registration.RefusedPatience)
        {
            return;
        }

        _events.Tell(new AgentEvent.RefusedForGood(registration.Name, _refused.Length));
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
        _events.Tell(new AgentEvent.StateDiscarded(registration.Name, key));
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

    private async Task<SessionOutcome> RunSessionAsync(CancellationToken ending)
    {
        _renewal = new TokenRenewal(_joiner, _time, _options.Random, _events);
        using var session = new Session(_plane, Runtime, _registrations, _renewal, _time, _options.Random, _events);
        _inSession = true;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ending);
        Task moving = FollowAddressesAsync(over.Token);
        try
        {
            SessionOutcome end = await session.RunAsync(_token!, _registration!, ending);
            _isSettled = session.Stood > SettledSession;
            if (_isSettled)
            {
                _backoff.Reset();
            }

            return end;
        }
        finally
        {
            _inSession = false;
            await over.CancelAsync();
            await moving;
            _token = _renewal.Current ?? _token;
            _renewal = null;
            _registration = _registrations.Read() ?? _registration;
        }
    }

    private async Task<TimeSpan?> HandleAsync(SessionOutcome end, CancellationToken ending)
    {
        ending.ThrowIfCancellationRequested();
        switch (end)
        {
            case SessionOutcome.Relocate relocate:
                _events.Tell(new AgentEvent.Relocating(relocate.Waited));
                // It has waited; but a plane that sends everyone away as soon as they come mustn't keep them in a loop.
                return _isSettled ? null : _backoff.Next();
            case SessionOutcome.Gone gone:
                _token = null;
                _registration = null;
                _registrations.Delete();
                await TellGoneAsync(gone, ending);
                return _backoff.Next();
            case SessionOutcome.Rejected rejected:
                // The token or the agent isn't wanted as it is: the whole decision again, with a fresh credential.
                _token = null;
                TimeSpan refused = WaitAfter(rejected.Why);
                _events.Tell(new AgentEvent.Refused(rejected.Why, refused));
                return refused;
            case SessionOutcome.Lost lost:
                TimeSpan disconnected = WaitAfter(lost.Why);
                _events.Tell(new AgentEvent.Disconnected(lost.Why, disconnected));
                return disconnected;
            default:
                return null;
        }
    }

    private async Task TellGoneAsync(SessionOutcome.Gone gone, CancellationToken ending)
    {
        if (gone.Rejoin)
        {
            _events.Tell(new AgentEvent.RegistrationGone(gone.Reason));
            return;
        }

        _events.Tell(new AgentEvent.Excluded(gone.Reason));
        await ForgetAsync();
        await WaitAsync(StayOut, ending);
    }

    /// <summary>The machine was taken out; what is left of its being in goes, too.</summary>
    /// <param name="always">Also where nothing seems to be left: files alone may be.</param>
    private async Task ForgetAsync(bool always = false)
    {
        if (always || !Runtime.IsEmpty)
        {
            await Runtime.StopSidecarAsync();
            await Runtime.ClearAsync();
        }

        _registrations.Delete();
        _registration = null;
    }

    /// <summary>Waits, but no longer than until someone asks to try at once.</summary>
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

    private TimeSpan WaitAfter(OnboardingException failure)
    {
        TimeSpan wait = _backoff.Next();
        return failure.RetryAfter > wait ? failure.RetryAfter.Value : wait;
    }
}
