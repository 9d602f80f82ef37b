using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Istio;
using Onboarding.Plane.Audit;
using Onboarding.Plane.Cluster;
using Onboarding.Plane.Events;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Calls;

/// <summary>
/// Tells people who look at a WorkloadGroup who wanted to join it and couldn't. Only of callers whose identity was verified and
/// only of groups that exist: else anybody who reaches the port could fill any namespace with Events.
/// </summary>
internal sealed class RefusalEvents(EventWriter writer, ClusterState cluster)
{
    private const string DryRun = "authorize-dry-run";

    private static readonly HashSet<string> Told =
    [
        Reasons.NotAuthorized, Reasons.KeyMismatch, Reasons.KeyInUse, Reasons.AddressRefused, Reasons.LabelRefused, Reasons.NameConflict,
        Reasons.PossibleClone, Reasons.StayOut, Reasons.RecordInvalid, Reasons.QuotaExceeded, Reasons.AdmissionRefused, Reasons.NamespaceTerminating,
    ];

    /// <summary>Takes a refusal.</summary>
    public void Refused(AuditRecord record, Refusal refusal)
    {
        if (!record.IsVerified || record.Identity is not { } identity || !Told.Contains(refusal.Reason) || GroupOf(record) is not { } group)
        {
            return;
        }

        string instance = InstanceOf(record, group, identity);
        string explanation = record.NearestMiss ?? refusal.Detail ?? refusal.Message;
        writer.Add(new PlaneEvent
        {
            About = PlaneEvent.ReferenceTo(WorkloadGroup.Definition, group.Metadata),
            Key = $"{refusal.Reason}\n{CanonicalIdentity.Serialize(identity)}",
            // A dry run asks; no machine is kept out by it. Its answer is found by its correlation id, and nowhere else.
            Reason = record.Action == DryRun ? EventAnnotations.DryRunRefused : EventAnnotations.Refused,
            Message = $"{instance} may not join {group.Metadata.Name} ({refusal.Reason}): {explanation}",
            CorrelationId = record.CorrelationId,
            Annotations = new Dictionary<string, string>
            {
                [EventAnnotations.Reason] = refusal.Reason,
                [EventAnnotations.Identity] = identity.ToJson().ToJsonString(),
                [EventAnnotations.Instance] = instance,
                [EventAnnotations.Explanation] = explanation,
                [EventAnnotations.Remediation] = Remediation(record, refusal, group, identity),
            },
        });
    }

    private WorkloadGroup? GroupOf(AuditRecord record) =>
        record.Group ?? (record.GroupNamespace is { } ns && record.GroupName is { } name ? cluster.Groups.Get(ns, name) : null);

    private static string InstanceOf(AuditRecord record, WorkloadGroup group, WorkloadIdentity identity) =>
        record.Registration is { } name && name.StartsWith(group.Metadata.Name + "-", StringComparison.Ordinal)
            ? name[(group.Metadata.Name.Length + 1)..]
            : CanonicalIdentity.Serialize(identity);

    private string Remediation(AuditRecord record, Refusal refusal, WorkloadGroup group, WorkloadIdentity identity)
    {
        string ns = group.Metadata.Namespace!;
        return refusal.Reason switch
        {
            // A member's binding isn't to be deleted: it would lose its identity to anyone who comes first.
            Reasons.KeyMismatch when cluster.RegistrationsByIdentity.Find(CanonicalIdentity.Serialize(identity)) is [{ } member, ..] =>
                $"kubectl -n {member.Metadata.Namespace} get war {member.Metadata.Name} -o yaml",
            Reasons.KeyMismatch => $"kubectl -n {cluster.PlaneNamespace} delete workloadkeybinding {KeyBindingName.ForIdentity(identity)}",
            Reasons.KeyInUse => "Give the host a state directory of its own",
            Reasons.StayOut => $"Unregister-MeshWorkload {record.Registration} -Namespace {ns} -Rejoin",
            Reasons.RecordInvalid => $"kubectl -n {ns} edit workloadgroup {group.Metadata.Name}",
            Reasons.QuotaExceeded => $"kubectl -n {ns} get resourcequotas",
            Reasons.AdmissionRefused => "kubectl get validatingwebhookconfigurations,validatingadmissionpolicies",
            Reasons.NamespaceTerminating => $"kubectl get namespace {ns} -o yaml",
            Reasons.NameConflict or Reasons.PossibleClone => $"kubectl -n {ns} get war {record.Registration} -o yaml",
            _ when record.NearestPolicy is { } policy => $"kubectl -n {ns} edit onboardingpolicy {policy}",
            _ => $"kubectl -n {ns} get onboardingpolicies",
        };
    }
}
