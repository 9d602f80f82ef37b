using Onboarding.Api;
using Onboarding.Client.Errors;
using Onboarding.Fleet.Workloads;

namespace Onboarding.Fleet.Status;

/// <summary>Makes of a workload that joined a status: where it is, and why it isn't further.</summary>
internal static class MemberReport
{
    private const string LookThere = "on the machine: onboarding-agent status";

    /// <summary>The status of a workload.</summary>
    /// <param name="member">The workload.</param>
    public static StatusReport Create(Member member)
    {
        var report = new StatusReport
        {
            Name = member.Name,
            Namespace = member.Namespace,
            Group = member.Group,
            Instance = member.Instance,
            Phase = member.Phase,
            Since = member.Since,
            LastSeen = member.LastSeen,
            IdentityJson = member.IdentityJson,
            SpiffeId = member.SpiffeId,
            Address = member.Address,
            ConnectedTo = member.ConnectedTo,
        };
        return (member.Phase, member.Sidecar) switch
        {
            (MemberPhase.Connected, MemberSidecar.Ready) => report with { Phase = MemberPhase.Healthy, Since = member.SidecarSince ?? member.Since },
            (MemberPhase.Connected, MemberSidecar.Failed) => report with
            {
                Reason = ErrorIds.SidecarFailed,
                Explanation = member.SidecarMessage,
                Remediation = LookThere,
            },
            (MemberPhase.Connected, _) => report with { Explanation = member.SidecarMessage },
            _ => report with
            {
                Reason = member.Reason,
                Explanation = ForeignText.CleanIfAny(member.Source.Status?.Conditions.FirstOrDefault(c => c.Reason == member.Reason && c.Message is { Length: > 0 })?.Message),
                Remediation = member.Phase == MemberPhase.Lost ? LookThere : null,
            },
        };
    }
}
