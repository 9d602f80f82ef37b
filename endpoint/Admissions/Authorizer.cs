using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Istio;
using Onboarding.Api.Runtime;
using Onboarding.Authorization;
using Onboarding.Plane.Audit;
using Onboarding.Plane.Cluster;
using Onboarding.Plane.Members;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Admissions;

/// <summary>Asks the current policies, and tells the audit log everything and the caller little.</summary>
internal sealed class Authorizer(ClusterState cluster, MemberView members, TimeProvider time)
{
    /// <summary>Decides whether a workload may join, or stay in, a group: completely where its address and labels are known.</summary>
    /// <param name="request">The workload and the group.</param>
    /// <param name="audit">Takes the explanation.</param>
    /// <param name="before">Registrations that count before it for <c>maxMembers</c>; null for those this replica has heard of.</param>
    /// <returns>The group, and what admitted.</returns>
    /// <exception cref="RefusedException">
    /// No rule admits it. The answer for a group that doesn't exist is the same, in code and words, and takes the same work: a
    /// caller can't find out which groups there are.
    /// </exception>
    public Admission Decide(AdmissionRequest request, AuditRecord audit, IEnumerable<WorkloadAutoRegistration>? before = null)
    {
        bool counted = false;
        WorkloadGroup? found = cluster.Groups.Get(request.Group.Namespace, request.Group.Name);
        WorkloadGroup? group = found is { Metadata.DeletionTimestamp: null } ? found : null;
        var question = new AdmissionQuestion
        {
            Identity = request.Identity,
            GroupLabels = group?.Metadata.Labels,
            Namespace = request.Group.Namespace,
            Now = time.GetUtcNow(),
            Address = request.Address,
            Labels = request.Labels,
            MembersBefore = () =>
            {
                counted = true;
                return before is null ? members.Before(request.Group, request.BoundIdentity) : members.Read(before);
            },
        };
        PolicySet policies = cluster.PolicySnapshot.ForNamespace(request.Group.Namespace);
        PolicyExplanation explanation = policies.Explain(question);
        bool isKept = !explanation.Decision.IsAllowed && group is not null && KeepsLast(request, group, explanation);
        audit.Take(explanation, group);
        audit.Inputs = new DecisionInputs(question, group, DecisionInputs.VersionsOf(policies)) { IsKept = isKept };
        return explanation.Decision.IsAllowed ? new Admission(group!, explanation.Decision, counted)
            : isKept ? new Admission(group!, explanation.Decision, DependsOnMembers: false) { IsKept = true }
            : throw PolicyRefusal.Create(explanation, request).ToException();
    }

    // An invalid policy closes its namespace to newcomers: it is a mistake in progress. A member stays what it is, with the address and
    // labels that it was admitted with.
    private bool KeepsLast(AdmissionRequest request, WorkloadGroup group, PolicyExplanation explanation) =>
        !explanation.IsByValidPolicies
        && explanation.Decision.Outcome is PolicyOutcome.Closed or PolicyOutcome.NoRule
        && cluster.RegistrationsByIdentity.Find(CanonicalIdentity.Serialize(request.BoundIdentity)).Any(m =>
            m.Metadata is { DeletionTimestamp: null } metadata
            && metadata.Namespace == request.Group.Namespace
            && m.GroupName == request.Group.Name
            && metadata.Annotations.GetValueOrDefault(WellKnownAnnotations.WorkloadGroupUid) == group.Metadata.Uid
            && LastDecision.WasAllowed(m)
            && (request.Address is null || request.Address.Equals(members.AddressOf(m)))
            && (request.Labels is null || SameLabels(request.Labels, MemberQuestions.LabelsOf(m))));

    private static bool SameLabels(IReadOnlyDictionary<string, string> one, IReadOnlyDictionary<string, string> other) =>
        one.Count == other.Count && one.All(label => other.GetValueOrDefault(label.Key) == label.Value);
}

/// <summary>A workload may join, or stay. What hands something out asks for one, so that nothing is handed out without a decision.</summary>
/// <param name="Group">The group.</param>
/// <param name="Decision">What admitted it.</param>
/// <param name="DependsOnMembers">Members were counted for it: a rule has <c>maxMembers</c>.</param>
internal sealed record Admission(WorkloadGroup Group, AdmissionAnswer Decision, bool DependsOnMembers)
{
    /// <summary>
    /// A policy is invalid, and the member keeps its last decision: nothing that depends on the rule that admitted it is rewritten.
    /// </summary>
    public bool IsKept { get; init; }
}
