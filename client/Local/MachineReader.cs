using Google.Protobuf.WellKnownTypes;
using Onboarding.Api.Control;
using Onboarding.Client.Control;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Local;

/// <summary>Makes plain values of what an agent answers: PowerShell can't see Google.Protobuf, and mustn't.</summary>
internal static class MachineReader
{
    public static MachineStatus Read(AgentStatus status) => new()
    {
        Session = status.OwnerKind == ProcessSessions.OwnerKind ? "Process" : "Service",
        ProcessId = status.OwnerProcessId,
        StateDirectory = status.StateDirectory,
        Endpoint = status.Endpoint,
        IsTransportVerified = status.TransportVerified,
        Namespace = status.Namespace,
        WorkloadGroup = status.WorkloadGroup,
        Registration = status.Registration,
        Address = status.Address,
        SpiffeId = status.SpiffeId,
        Policy = status.Policy,
        Phase = status.Phase.ToString(),
        PhaseSince = Time(status.PhaseSince),
        Timeline = [.. status.Timeline.Select(m => new MachineMilestone(StatusWords.NameOf(m), m.Took.ToTimeSpan()))],
        TokenExpiresAt = Time(status.TokenExpiresAt),
        BootDirectory = status.BootDirectory,
        Failure = status.Failure is null ? null : Read(status.Failure, $"{status.Namespace}/{status.WorkloadGroup}"),
        Steps = [.. status.Steps.Select(Read)],
        Sidecar = Read(status.Sidecar, status.StateDirectory),
    };

    public static MachineSidecar Read(MeshSidecar sidecar, string stateDirectory) => new()
    {
        Name = sidecar.Name,
        Status = sidecar.Phase.ToString(),
        Kind = sidecar.Kind,
        ProcessId = sidecar.ProcessId == 0 ? null : sidecar.ProcessId,
        Revision = sidecar.Revision,
        IsReady = sidecar.Ready,
        StartedAt = Time(sidecar.StartedAt),
        CertificateExpiresAt = Time(sidecar.CertificateExpiresAt),
        Message = sidecar.Message,
        LogFiles = [.. sidecar.LogFiles],
        Notices = [.. sidecar.Notices],
        StateDirectory = stateDirectory,
    };

    public static MachineStep Read(Step step) => new(step.Time.ToDateTimeOffset(), step.Elapsed.ToTimeSpan(), step.Name, step.Message);

    private static MachineFailure Read(Onboarding.Api.Control.Failure failure, string group)
    {
        OnboardingException told = RefusalText.ForGroup(ControlMessages.ToException(failure), group);
        return new MachineFailure(RefusalErrors.IdOf(told), told.Message, told.NextStep, told.CorrelationId);
    }

    private static DateTimeOffset? Time(Timestamp? time) => time?.ToDateTimeOffset();
}
