using Grpc.Core;
using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Istio;
using Onboarding.Endpoint.Audit;
using Onboarding.Endpoint.Cluster;
using Onboarding.Endpoint.Refusals;

namespace Onboarding.Endpoint.Authorization;

/// <summary>Asks the current policies, and tells the audit log everything and the caller little.</summary>
internal sealed class Authorizer(ClusterState cluster)
{
    /// <summary>Decides whether an identity may join a group.</summary>
    /// <param name="identity">What policies are asked about.</param>
    /// <param name="group">The group.</param>
    /// <param name="audit">Takes the explanation.</param>
    /// <returns>The group.</returns>
    /// <exception cref="RefusedException">
    /// No rule admits it. The answer for a group that doesn't exist is the same, in code and words, and takes the same work: a
    /// caller can't find out which groups there are.
    /// </exception>
    public WorkloadGroup Decide(WorkloadIdentity identity, WorkloadGroupReference group, AuditRecord audit)
    {
        WorkloadGroup? found = cluster.Groups.Get(group.Namespace, group.Name);
        bool exists = found is { Metadata.DeletionTimestamp: null };
        PolicyDecision decision = PolicyEvaluator.Evaluate(
            cluster.PolicySnapshot.Of(group.Namespace), identity, exists ? found!.Metadata.Labels : null);
        if (decision.IsAllowed)
        {
            audit.Policy = decision.Policy;
            audit.Rule = decision.Rule;
            return found!;
        }

        audit.NearestMiss = decision.NearestMiss;
        audit.Explanation = decision.Explanation;
        throw new Refusal(StatusCode.PermissionDenied, Reasons.NotAuthorized, "Not authorized by OnboardingPolicy")
        {
            Detail = decision.NearestMiss,
            Matched = decision.Matched,
        }.ToException();
    }
}
