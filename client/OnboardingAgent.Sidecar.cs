using Google.Protobuf.WellKnownTypes;
using Onboarding.Api.Control;
using Onboarding.Client.Control;
using Onboarding.Client.Errors;
using Onboarding.Client.Events;
using Onboarding.Client.Sidecar;
using TrafficCapture = Onboarding.Api.Control.TrafficCapture;

namespace Onboarding.Client;

/// <summary>The sidecar's part.</summary>
public sealed partial class OnboardingAgent
{
    /// <inheritdoc />
    public async Task<AgentStatus> GetStatusAsync(CancellationToken cancellationToken)
    {
        AgentStatus status = Complete(ControlMessages.ToMessage(_events.State));
        status.Sidecar = await DescribeSidecarAsync(cancellationToken);
        return status;
    }

    /// <inheritdoc />
    public Task<MeshSidecar> StartSidecarAsync(StartSidecarRequest request, CancellationToken cancellationToken) =>
        StartSidecarAsync(request, null, cancellationToken);

    private async Task<MeshSidecar> StartSidecarAsync(StartSidecarRequest request, Action<Step>? told, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        using AgentEvents.Subscription steps = _events.Subscribe();
        await _membership.Runtime.StartSidecarAsync();
        if (!request.NoWait)
        {
            await WaitUntilReadyAsync(steps, told, cancellationToken);
        }

        return await DescribeSidecarAsync(cancellationToken);
    }

    /// <inheritdoc />
    public async Task<MeshSidecar> StopSidecarAsync(StopSidecarRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        // Anyone who asked may go away; a sidecar that was told to end is seen to its end.
        await _membership.Runtime.HoldSidecarAsync(request.Drain?.ToTimeSpan()).WaitAsync(cancellationToken);
        return await DescribeSidecarAsync(cancellationToken);
    }

    /// <inheritdoc />
    public async Task<MeshSidecar> RestartSidecarAsync(RestartSidecarRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (_membership.Boot is not null)
        {
            await StopSidecarAsync(new StopSidecarRequest { Drain = request.Drain }, CancellationToken.None);
        }

        return await StartSidecarAsync(new StartSidecarRequest { NoWait = request.NoWait }, cancellationToken);
    }

    // On a machine without the agent's command, too.
    private string SeeLogs => _membership.Program.Logs is { Count: > 0 } logs
        ? $"sudo tail -n 50 {string.Join(' ', logs.Select(l => l.Path))}; it is started again meanwhile"
        : $"look at what {_membership.Program.Path} prints; it is started again meanwhile";

    private async Task WaitUntilReadyAsync(AgentEvents.Subscription steps, Action<Step>? told, CancellationToken cancellationToken)
    {
        // The state's word, not the process's: anyone who waits asks for the status next.
        if (_events.State.IsSidecarReady)
        {
            return;
        }

        await foreach (OnboardingStep step in steps.ReadAsync(Task.Delay(Timeout.Infinite, cancellationToken), cancellationToken))
        {
            switch (step.Event)
            {
                case AgentEvent.Noticed:
                    told?.Invoke(ControlMessages.ToMessage(step));
                    break;
                case AgentEvent.SidecarReady:
                    return;
                case AgentEvent.SidecarFailed failed:
                    // One that ended by itself has said why in its log.
                    throw new OnboardingException(
                        failed.Cause?.ErrorId ?? ErrorIds.SidecarFailed,
                        failed.Cause is { Message.Length: > 0 } cause ? cause.Message : failed.What,
                        failed.Cause is { NextStep.Length: > 0 } known ? known.NextStep : SeeLogs);
                case AgentEvent.SidecarStopped or AgentEvent.Left:
                    throw new OnboardingException(
                        ErrorIds.SidecarFailed, "The sidecar was stopped before it was ready.", "onboarding-agent status");
            }
        }
    }

    private async Task<MeshSidecar> DescribeSidecarAsync(CancellationToken cancellationToken)
    {
        SidecarStatus status = _membership.Runtime.Sidecar;
        SidecarProgram program = _membership.Program;
        DateTimeOffset? expires = status.State == SidecarState.Ready && program.Certificates is { } address
            ? await SidecarCertificate.ExpiresAtAsync(address, cancellationToken)
            : null;
        return new MeshSidecar
        {
            Name = Configuration.WorkloadGroup.Name,
            Phase = status.State switch
            {
                SidecarState.Stopped => SidecarPhase.Stopped,
                SidecarState.Starting => SidecarPhase.Starting,
                SidecarState.Ready => SidecarPhase.Running,
                _ => SidecarPhase.Failed,
            },
            Kind = program.Kind,
            ProcessId = status.ProcessId ?? 0,
            Revision = program.Revision ?? "default",
            Ready = status.State == SidecarState.Ready,
            StartedAt = status.StartedAt?.ToTimestamp(),
            CertificateExpiresAt = expires?.ToTimestamp(),
            Message = status.Message,
            LogFiles = { program.Logs.Select(l => l.Path) },
            Capture = program.Host is null ? null : new TrafficCapture
            {
                State = _membership.Runtime.Capture.ToString(),
                Start = program.Capture.Start.ToString(),
                OnFailure = program.Capture.OnFailure.ToString(),
            },
            Notices = { _membership.Runtime.Notices.Select(n => n.Describe()) },
        };
    }
}
