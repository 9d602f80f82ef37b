using Onboarding.Api.Meta;
using Onboarding.Api.Runtime;
using Onboarding.Plane.Registrations;

namespace Onboarding.Operator.Rollouts;

/// <summary>A member as the rollout sees it.</summary>
/// <param name="Registration">Its registration.</param>
/// <param name="AdmittedTo">Generation up to which it may restart.</param>
/// <param name="IsOverdue">True if it has been restarting for too long.</param>
internal sealed record RolloutMember(WorkloadAutoRegistration Registration, long AdmittedTo, bool IsOverdue)
{
    private readonly BootConfigurationState? _boot = Registration.Status?.BootConfiguration;

    /// <summary>Namespace and name.</summary>
    public string Name => $"{Registration.Metadata.Namespace}/{Registration.Metadata.Name}";

    /// <summary>Namespace and name of its group.</summary>
    public string Group => $"{Registration.Metadata.Namespace}/{Registration.GroupName}";

    /// <summary>The generation it should have.</summary>
    public long Generation => _boot?.Desired?.Generation ?? 0;

    /// <summary>True from its admission until its sidecar is ready on what it was admitted to.</summary>
    public bool IsRestarting => _boot?.Current is { } current && AdmittedTo > current.Generation && IsBehind;

    /// <summary>True if it has something to come that restarts its sidecar, an agent to take it, and no leave yet.</summary>
    public bool IsWaiting => IsBehind && Registration.IsConnected && AdmittedTo < Generation;

    /// <summary>True if its restart went wrong.</summary>
    public bool HasFailed => IsRestarting && AdmittedTo >= Generation && (IsOverdue || Problem is not null);

    /// <summary>What went wrong.</summary>
    public string Why => Problem?.Message is { Length: > 0 } message ? message : "its sidecar isn't ready after the progress deadline";

    /// <summary>
    /// True for a member whose sidecar restarts for what it should have: no other concerns a rollout. Also for one that was let in to something
    /// since taken back: what it should have is what it was last ready on, but its sidecar runs, or fails, on what came between.
    /// </summary>
    public static bool HasSomethingToCome(WorkloadAutoRegistration member) =>
        member.Status?.BootConfiguration is { Desired: { } desired, Current: { } current } boot
        && (desired.CoreHash != current.CoreHash || (boot.Admitted > current.Generation && desired.Generation > current.Generation));

    private bool IsBehind => HasSomethingToCome(Registration);

    private V1Condition? Problem => Registration.Status!.Conditions.FirstOrDefault(c => c is
    {
        Type: ConditionChange.BootConfigurationApplied,
        Status: "False",
        Reason: ConditionChange.Rejected or ConditionChange.SidecarFailed,
    });
}
