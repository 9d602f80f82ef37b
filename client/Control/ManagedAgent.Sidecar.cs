using Google.Protobuf.WellKnownTypes;
using Onboarding.Api.Control;
using Onboarding.Client.Errors;
using Onboarding.Client.Flow;
using Onboarding.Client.Sidecar;

namespace Onboarding.Client.Control;

/// <summary>The sidecar's part.</summary>
public sealed partial class ManagedAgent
{
    /// <inheritdoc />
    public async Task<AgentStatus> GetStatusAsync(CancellationToken cancellationToken)
    {
        AgentStatus status = Complete(_journal.Snapshot());
        status.Sidecar = await DescribeSidecarAsync(cancellationToken);
        return status;
    }

    /// <inheritdoc />
    public Task<MeshSidecar> StartSidecarAsync(StartSidecarRequest request, CancellationToken cancellationToken) =>
        StartSidecarAsync(request, null, cancellationToken);

    private async Task<MeshSidecar> StartSidecarAsync(StartSidecarRequest request, Action<Step>? told, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        using StepBroadcast.Subscription steps = _broadcast.Subscribe();
        await _agent.StartSidecarAsync();
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
        // Whoever asked may go away; a sidecar that was told to end is seen to its end.
        await _agent.StopSidecarAsync(request.Drain?.ToTimeSpan()).WaitAsync(cancellationToken);
        return await DescribeSidecarAsync(cancellationToken);
    }

    /// <inheritdoc />
    public async Task<MeshSidecar> RestartSidecarAsync(RestartSidecarRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (_agent.Boot is not null)
        {
            await StopSidecarAsync(new StopSidecarRequest { Drain = request.Drain }, CancellationToken.None);
        }

        return await StartSidecarAsync(new StartSidecarRequest { NoWait = request.NoWait }, cancellationToken);
    }

    // On a machine without the agent's command, too.
    private string SeeLogs => _agent.Program.Logs is { Count: > 0 } logs
        ? $"sudo tail -n 50 {string.Join(' ', logs.Select(l => l.Path))}; it is started again meanwhile"
        : $"look at what {_agent.Program.Path} prints; it is started again meanwhile";

    private async Task WaitUntilReadyAsync(StepBroadcast.Subscription steps, Action<Step>? told, CancellationToken cancellationToken)
    {
        // The journal's word, not the process's: whoever waits asks for the status next.
        if (_journal.IsSidecarReady)
        {
            return;
        }

        await foreach (OnboardingStep step in steps.ReadAsync(Task.Delay(Timeout.Infinite, cancellationToken), cancellationToken))
        {
            switch (step.Phase)
            {
                case OnboardingPhase.SidecarNotice:
                    told?.Invoke(ControlMessages.ToMessage(step));
                    break;
                case OnboardingPhase.SidecarReady:
                    return;
                case OnboardingPhase.SidecarFailed:
                    throw new OnboardingException(
                        step.Properties.GetValueOrDefault("errorId", ErrorIds.SidecarFailed),
                        step.Properties.GetValueOrDefault("failure", step.Message),
                        step.Properties.GetValueOrDefault("nextStep", SeeLogs));
                case OnboardingPhase.SidecarStopped or OnboardingPhase.Left:
                    throw new OnboardingException(
                        ErrorIds.SidecarFailed, "The sidecar was stopped before it was ready.", "onboarding-agent status");
            }
        }
    }

    private async Task<MeshSidecar> DescribeSidecarAsync(CancellationToken cancellationToken)
    {
        SidecarStatus status = _agent.Sidecar;
        SidecarProgram program = _agent.Program;
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
            Notices = { _agent.Notices.Select(n => n.Describe()) },
        };
    }
}
