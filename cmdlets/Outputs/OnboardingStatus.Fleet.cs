using Onboarding.Fleet.Status;

namespace Onboarding.Cmdlets;

public sealed partial class OnboardingStatus
{
    /// <summary>All ids that find decisions about it in the audit log, the newest first.</summary>
    public FlatList<string> CorrelationIds { get; private init; } = new([]);

    /// <summary>How often it was refused, as far as the cluster counted.</summary>
    public int? Count { get; private init; }

    internal static OnboardingStatus FromReport(StatusReport report) => new(report.Namespace, report.Group, report.Phase)
    {
        Name = report.Name,
        Instance = report.Instance,
        Since = report.Since,
        Reason = report.Reason,
        LastSeen = report.LastSeen,
        Explanation = report.Explanation,
        Remediation = report.Remediation,
        CorrelationId = report.CorrelationIds.Count > 0 ? report.CorrelationIds[0] : null,
        CorrelationIds = new FlatList<string>(report.CorrelationIds),
        Count = report.Count,
        Identity = MeshIdentity.Parse(report.IdentityJson),
        SpiffeId = report.SpiffeId,
        Address = report.Address,
        ConnectedTo = report.ConnectedTo,
    };
}
