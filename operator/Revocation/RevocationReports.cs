using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Istio;
using Onboarding.Api.Runtime;
using Onboarding.Authorization;
using Onboarding.Plane.Audit;
using Onboarding.Plane.Cluster;
using Onboarding.Plane.Events;
using Onboarding.Plane.Members;
using Onboarding.Plane.Refusals;
using Onboarding.Plane.Registrations;

namespace Onboarding.Operator.Revocation;

/// <summary>Says of members that no policy admits any more that it is so, and removes them.</summary>
internal sealed class RevocationReports(RegistrationStore store, AuditLog audit, EventWriter events, ClusterState cluster)
{
    private const string Source = "plane";

    /// <summary>The reason of the condition.</summary>
    public static string ReasonOf(PolicyExplanation explanation) =>
        explanation.Decision.Outcome == PolicyOutcome.Denied ? "DeniedByRule"
        : explanation.IsByValidPolicies ? "NoRuleAllows"
        : LastDecision.PolicyInvalid;

    /// <summary>Reports a member, once.</summary>
    public void Unauthorized(WorkloadAutoRegistration member, PolicyExplanation explanation, DecisionInputs inputs)
    {
        audit.Denied(
            Record("unauthorized", member, explanation, inputs),
            new Refusal(RefusalCode.PermissionDenied, Reasons.NotAuthorized, "No policy admits the member any more") { Detail = explanation.Summary });
        events.Add(new PlaneEvent
        {
            About = PlaneEvent.ReferenceTo(WorkloadAutoRegistration.Definition, member.Metadata),
            Key = CanonicalIdentity.Serialize(member.Spec!.Identity),
            Reason = EventAnnotations.Unauthorized,
            Message = $"No policy admits {member.Metadata.Name} any more: {explanation.Summary}",
            CorrelationId = member.Metadata.Uid!,
            Annotations = Annotations(member, explanation),
        });
    }

    /// <summary>
    /// Removes a member: first what clients see, then the record. That closes its session at whichever replica it is, and with it
    /// the renewal of its tokens; docs/policies.md says what this guarantees and what it can't.
    /// </summary>
    public async Task EvictAsync(WorkloadAutoRegistration member, PolicyExplanation explanation, DecisionInputs inputs, CancellationToken cancellationToken)
    {
        await store.DeleteAsync(member, cancellationToken);
        AuditRecord record = Record("evict", member, explanation, inputs);
        record.Detail = "no policy admits the member any more, and revocation.mode is Evict";
        audit.Allowed(record);
        if (GroupOf(member) is { } group)
        {
            events.Add(new PlaneEvent
            {
                About = PlaneEvent.ReferenceTo(WorkloadGroup.Definition, group.Metadata),
                Key = CanonicalIdentity.Serialize(member.Spec!.Identity),
                Reason = EventAnnotations.Evicted,
                Message = $"{member.Metadata.Name} was removed, as no policy admits it any more: {explanation.Summary}",
                CorrelationId = member.Metadata.Uid!,
                Annotations = Annotations(member, explanation),
            });
        }
    }

    private static AuditRecord Record(string action, WorkloadAutoRegistration member, PolicyExplanation explanation, DecisionInputs inputs)
    {
        var record = new AuditRecord(action, member.Metadata.Uid!, Source)
        {
            Identity = member.Spec?.Identity,
            IsVerified = true,
            Registration = member.Metadata.Name,
            GroupNamespace = member.Metadata.Namespace,
            GroupName = member.GroupName,
            Inputs = inputs,
        };
        record.Take(explanation, group: null);
        return record;
    }

    private static Dictionary<string, string> Annotations(WorkloadAutoRegistration member, PolicyExplanation explanation) => new()
    {
        [EventAnnotations.Reason] = Reasons.NotAuthorized,
        [EventAnnotations.Identity] = member.Spec!.Identity.ToJson().ToJsonString(),
        [EventAnnotations.Instance] = member.InstanceName,
        [EventAnnotations.Explanation] = explanation.Summary,
        [EventAnnotations.Remediation] = $"kubectl -n {member.Metadata.Namespace} get onboardingpolicies",
    };

    private WorkloadGroup? GroupOf(WorkloadAutoRegistration member) =>
        member.GroupName is { } name ? cluster.Groups.Get(member.Metadata.Namespace, name) : null;
}
