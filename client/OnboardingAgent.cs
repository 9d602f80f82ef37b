using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Onboarding.Api;
using Onboarding.Api.Configuration;
using Onboarding.Api.Control;
using Onboarding.Client.Control;
using Onboarding.Client.Errors;
using Onboarding.Client.Events;
using Onboarding.Client.Flow;
using Onboarding.Client.State;

namespace Onboarding.Client;

/// <summary>
/// The agent: joins this machine to a workload group, keeps it there, and takes it out again. It can be talked to while it runs; the
/// service's control socket and a PowerShell session are its callers. One that was told to leave stays out, and keeps the state
/// directory, until it is told to join again.
/// </summary>
public sealed partial class OnboardingAgent : IMeshSession
{
    private readonly OnboardingAgentOptions _options;
    private readonly StateDirectory _state;
    private readonly AgentEvents _events;
    private readonly Membership _membership;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Stay? _stay;

    private OnboardingAgent(OnboardingAgentOptions options, StateDirectory state)
    {
        _options = options;
        _state = state;
        _events = new AgentEvents(options.LoggerFactory.CreateLogger<AgentEvents>(), options.Progress, options.TimeProvider);
        _membership = new Membership(options, state, _events);
    }

    internal OnboardingConfiguration Configuration => _options.Onboarding;

    /// <summary>The machine's identity for other programs on it; null if the configuration serves it to none.</summary>
    internal Identity.MachineIdentity? Identity => _membership.Identity;

    private bool IsRunning => _stay is { Completion.IsCompleted: false };

    private bool IsJoined => _events.State.IsInSession && _membership.Boot is not null;

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

    /// <summary>Runs as a service: joins at once, and leaves when told to stop. Ends also when it is disposed of, or by a bug.</summary>
    /// <param name="stop">Leave.</param>
    /// <param name="hurry">Leave without letting the sidecar serve on or drain; the records are removed all the same.</param>
    public async Task RunAsync(CancellationToken stop, CancellationToken hurry = default)
    {
        Begin();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task following = FollowNoticesAsync(over.Token);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = stop.Register(stopped.SetResult);
        try
        {
            await await Task.WhenAny(stopped.Task, _ended.Task);
            if (!stop.IsCancellationRequested)
            {
                return;
            }

            await using CancellationTokenRegistration hurried = hurry.Register(() => _stay?.Hurry.Cancel());
            if (_stay is { } stay)
            {
                await stay.Stop.CancelAsync();
                await stay.Completion;
            }
        }
        finally
        {
            await over.CancelAsync();
            await following;
        }
    }

    /// <inheritdoc />
    public async Task<AgentStatus> RegisterAsync(RegisterRequest request, Action<Step>? told, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        Expectation.Check(request, Configuration);
        await _gate.WaitAsync(cancellationToken);
        try
        {
            using AgentEvents.Subscription steps = _events.Subscribe();
            _membership.ComeBack = request.ComeBack;
            if (!IsRunning)
            {
                Begin();
            }
            else
            {
                if (_events.State.Phase == AgentPhase.Out)
                {
                    // The plane had told it to stay out; it is still there, and waits.
                    _events.Begin();
                }

                _membership.TryNow();
            }

            await WaitUntilJoinedAsync(steps, request.ComeBack, told, cancellationToken);
        }
        finally
        {
            _gate.Release();
        }

        if (request.StartSidecar)
        {
            await StartSidecarAsync(new StartSidecarRequest(), told, cancellationToken);
        }

        return await GetStatusAsync(cancellationToken);
    }

    /// <inheritdoc />
    public async Task<AgentStatus> UnregisterAsync(UnregisterRequest request, Action<Step>? told, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        using AgentEvents.Subscription steps = _events.Subscribe();
        if (_stay is { Completion.IsCompleted: true, Fault: not null })
        {
            // What it had registered is still there; only an agent that runs can take it back.
            Begin();
        }

        if (_stay is { Completion.IsCompleted: false } stay)
        {
            _membership.Leave = new LeaveOptions(
                request.Reason.Length == 0 ? "unregistered on this machine" : request.Reason, request.PropagationDelay?.ToTimeSpan());
            await stay.Stop.CancelAsync();
            await foreach (OnboardingStep step in steps.ReadAsync(stay.Completion, cancellationToken))
            {
                told?.Invoke(ControlMessages.ToMessage(step));
            }
        }

        return await GetStatusAsync(cancellationToken);
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<AgentStatus> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using AgentEvents.Subscription steps = _events.Subscribe();
        yield return await GetStatusAsync(cancellationToken);
        await foreach (OnboardingStep _ in steps.ReadAsync(Task.Delay(Timeout.Infinite, cancellationToken), cancellationToken))
        {
            yield return await GetStatusAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Lets go of the machine as it is: nothing is unregistered, and a sidecar goes on; the next agent in this state directory takes it
    /// over, as after a crash.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await _membership.DisposeAsync();
        _state.Dispose();
        _ended.TrySetResult();
        if (_stay is { } stay)
        {
            await stay.Completion;
            stay.Dispose();
        }

        _gate.Dispose();
    }

    private void Begin()
    {
        _events.Begin();
        _stay?.Dispose();
        _stay = new Stay();
        _stay.Completion = StayAsync(_stay);
    }

    private async Task StayAsync(Stay stay)
    {
        try
        {
            await Task.Run(() => _membership.RunAsync(stay.Stop.Token, stay.Hurry.Token));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A bug. Nothing awaits the agent of a PowerShell session: its status is where one learns of it. A service ends with it, and doesn't
            // go on without a session that nothing keeps.
            stay.Fault = e;
            _events.Tell(new AgentEvent.Crashed(Explain(e)));
            _ended.TrySetException(e);
        }
    }

    private async Task WaitUntilJoinedAsync(
        AgentEvents.Subscription steps, bool comesBack, Action<Step>? told, CancellationToken cancellationToken)
    {
        if (IsJoined)
        {
            return;
        }

        await foreach (OnboardingStep step in steps.ReadAsync(_stay!.Completion, cancellationToken))
        {
            if (comesBack && step.Failure is { Reason: Reasons.StayOut })
            {
                // Of an attempt that was under way when someone wanted the machine back.
                continue;
            }

            told?.Invoke(ControlMessages.ToMessage(step));
            if (step.Failure is { } failure)
            {
                throw failure;
            }

            if (IsJoined)
            {
                return;
            }
        }

        if (_stay.Fault is { } fault)
        {
            throw Explain(fault);
        }

        throw new OnboardingException(
            ErrorIds.JoinAbandoned, "The agent was told to leave before it had joined.", "onboarding-agent status; then register again");
    }

    private static OnboardingException Explain(Exception fault) => fault as OnboardingException ?? new OnboardingException(
        ErrorIds.AgentFailed,
        $"The agent ended by a fault of its own: {fault.GetType().Name}: {fault.Message}",
        "this is a bug: report it with the log; to join again: Register-MeshWorkload, or systemctl restart onboarding-agent",
        fault);

    private AgentStatus Complete(AgentStatus status)
    {
        status.OwnerKind = _options.OwnerKind;
        status.OwnerProcessId = Environment.ProcessId;
        status.AgentVersion = _options.AgentVersion;
        status.StateDirectory = _options.StateDirectory;
        status.Endpoint = $"https://{Configuration.OnboardingEndpoint.Host}:{Configuration.OnboardingEndpoint.Port}";
        status.TransportVerified = _membership.IsTransportVerified;
        status.Namespace = Configuration.WorkloadGroup.Namespace;
        status.WorkloadGroup = Configuration.WorkloadGroup.Name;
        if (_membership.Boot is { } boot)
        {
            status.BootDirectory = _membership.Runtime.BootDirectory;
            status.BootGeneration = boot.Generation;
            status.SpiffeId = boot.SpiffeId;
        }

        return status;
    }

    /// <summary>One stay in the mesh: from being told to join to having left.</summary>
    private sealed class Stay : IDisposable
    {
        /// <summary>Cancelled to leave.</summary>
        public CancellationTokenSource Stop { get; } = new();

        /// <summary>Cancelled to leave without letting the sidecar serve on.</summary>
        public CancellationTokenSource Hurry { get; } = new();

        /// <summary>Ends when the machine is out.</summary>
        public Task Completion { get; set; } = Task.CompletedTask;

        /// <summary>What ended it that isn't leaving; null while nothing did.</summary>
        public Exception? Fault { get; set; }

        public void Dispose()
        {
            Stop.Dispose();
            Hurry.Dispose();
        }
    }
}
