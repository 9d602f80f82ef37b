using System.Runtime.CompilerServices;
using Onboarding.Api;
using Onboarding.Api.Configuration;
using Onboarding.Api.Control;
using Onboarding.Client.Errors;
using Onboarding.Client.Flow;

namespace Onboarding.Client.Control;

/// <summary>
/// An agent of this process that can be talked to: the service's control socket and a PowerShell session are its callers. One
/// that was told to leave stays out, and keeps the state directory, until it is told to join again.
/// </summary>
public sealed partial class ManagedAgent : IMeshSession
{
    private readonly OnboardingAgentOptions _options;
    private readonly OnboardingAgent _agent;
    private readonly AgentJournal _journal = new();
    private readonly StepBroadcast _broadcast = new();
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly TaskCompletionSource _fault = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private AgentRun? _run;

    private ManagedAgent(OnboardingAgentOptions options)
    {
        _options = options with { Progress = new StepSink(OnStep, options.Progress) };
        _agent = OnboardingAgent.Open(_options);
    }

    private OnboardingConfiguration Configuration => _options.Onboarding;

    private bool IsRunning => _run is { Completion.IsCompleted: false };

    /// <summary>Takes the state directory; nothing is sent yet.</summary>
    /// <param name="options">What to run with.</param>
    /// <exception cref="OnboardingException">The state directory, the key or <c>tls.caFile</c> can't be used.</exception>
    public static ManagedAgent Open(OnboardingAgentOptions options) => new(options);

    /// <summary>Runs as a service: joins at once, and leaves when told to stop.</summary>
    /// <param name="stop">Leave.</param>
    /// <param name="hurry">Leave without letting the sidecar serve on or drain; the records are removed all the same.</param>
    public async Task RunAsync(CancellationToken stop, CancellationToken hurry = default)
    {
        Begin();
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = stop.Register(stopped.SetResult);
        await await Task.WhenAny(stopped.Task, _fault.Task);
        await using CancellationTokenRegistration hurried = hurry.Register(() => _run?.Hurry.Cancel());
        await EndAsync();
    }

    /// <inheritdoc />
    public async Task<AgentStatus> RegisterAsync(RegisterRequest request, Action<Step>? told, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        Expectation.Check(request, Configuration);
        await _gate.WaitAsync(cancellationToken);
        try
        {
            using StepBroadcast.Subscription steps = _broadcast.Subscribe();
            _agent.ComeBack = request.ComeBack;
            if (!IsRunning)
            {
                Begin();
            }
            else
            {
                if (_journal.Phase == AgentPhase.Out)
                {
                    // The plane had told it to stay out; it is still there, and waits.
                    _journal.Begin(_options.TimeProvider.GetUtcNow());
                }

                _agent.TryNow();
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
        using StepBroadcast.Subscription steps = _broadcast.Subscribe();
        if (_run is { Completion.IsCompleted: true, Fault: not null })
        {
            // What it had registered is still there; only an agent that runs can take it back.
            Begin();
        }

        if (_run is { Completion.IsCompleted: false } run)
        {
            _agent.Leave = new LeaveOptions(
                request.Reason.Length == 0 ? "unregistered on this machine" : request.Reason, request.PropagationDelay?.ToTimeSpan());
            await run.Stop.CancelAsync();
            await foreach (OnboardingStep step in steps.ReadAsync(run.Completion, cancellationToken))
            {
                told?.Invoke(ControlMessages.ToMessage(step));
            }
        }

        return await GetStatusAsync(cancellationToken);
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<AgentStatus> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using StepBroadcast.Subscription steps = _broadcast.Subscribe();
        yield return await GetStatusAsync(cancellationToken);
        await foreach (OnboardingStep _ in steps.ReadAsync(Task.Delay(Timeout.Infinite, cancellationToken), cancellationToken))
        {
            yield return await GetStatusAsync(cancellationToken);
        }
    }

    /// <summary>Lets go of the machine as it is: nothing is unregistered, and a sidecar goes on.</summary>
    public async ValueTask DisposeAsync()
    {
        await _agent.DisposeAsync();
        _run?.Dispose();
        _gate.Dispose();
    }

    private void Begin()
    {
        _journal.Begin(_options.TimeProvider.GetUtcNow());
        _run?.Dispose();
        _run = AgentRun.Start(_agent, OnFault);
    }

    private async Task EndAsync()
    {
        if (_run is { } run)
        {
            await run.Stop.CancelAsync();
            await run.Completion;
        }
    }

    private async Task WaitUntilJoinedAsync(
        StepBroadcast.Subscription steps, bool comesBack, Action<Step>? told, CancellationToken cancellationToken)
    {
        if (IsJoined())
        {
            return;
        }

        await foreach (OnboardingStep step in steps.ReadAsync(_run!.Completion, cancellationToken))
        {
            if (comesBack && step.Failure is { Reason: Reasons.StayOut })
            {
                // Of an attempt that was under way when somebody wanted the machine back.
                continue;
            }

            told?.Invoke(ControlMessages.ToMessage(step));
            if (step.Failure is { } failure)
            {
                throw failure;
            }

            if (IsJoined())
            {
                return;
            }
        }

        if (_run.Fault is { } fault)
        {
            throw Failed(fault);
        }

        throw new OnboardingException(
            ErrorIds.JoinAbandoned, "The agent was told to leave before it had joined.", "onboarding-agent status; then register again");
    }

    private bool IsJoined() => _journal.IsInSession && _agent.Boot is not null;

    // Nobody awaits the agent of a PowerShell session: the status is where one learns that it is no more.
    private void OnFault(Exception fault)
    {
        OnboardingException why = Failed(fault);
        DateTimeOffset now = _options.TimeProvider.GetUtcNow();
        _journal.End(why, now);
        // For whoever watches the status.
        _broadcast.Publish(new OnboardingStep(
            OnboardingPhase.AttemptFailed, why.Message, now, TimeSpan.Zero, new Dictionary<string, string> { ["errorId"] = why.ErrorId })
        { Failure = why });
        _fault.TrySetException(fault);
    }

    private static OnboardingException Failed(Exception fault) => fault as OnboardingException ?? new OnboardingException(
        ErrorIds.AgentFailed,
        $"The agent ended by a fault of its own: {fault.GetType().Name}: {fault.Message}",
        "this is a bug: report it with the log; to join again: Register-MeshWorkload, or systemctl restart onboarding-agent",
        fault);

    private void OnStep(OnboardingStep step)
    {
        _journal.Add(step);
        _broadcast.Publish(step);
    }

    private AgentStatus Complete(AgentStatus status)
    {
        status.OwnerKind = _options.OwnerKind;
        status.OwnerProcessId = Environment.ProcessId;
        status.AgentVersion = _options.AgentVersion;
        status.StateDirectory = _options.StateDirectory;
        status.Endpoint = $"https://{Configuration.OnboardingEndpoint.Host}:{Configuration.OnboardingEndpoint.Port}";
        status.TransportVerified = _agent.IsTransportVerified;
        status.Namespace = Configuration.WorkloadGroup.Namespace;
        status.WorkloadGroup = Configuration.WorkloadGroup.Name;
        if (_agent.Boot is { } boot)
        {
            status.BootDirectory = _agent.BootDirectory;
            status.BootGeneration = boot.Generation;
            status.SpiffeId = boot.SpiffeId;
        }

        return status;
    }
}
