using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Istio;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Calls;

/// <summary>
/// How often calls of verified callers may write to the cluster. By what was proved, never by what a caller chooses: an address, a key or a
/// group's name costs nothing to change. A spent budget delays the call and says until when; it refuses no machine for good.
/// </summary>
internal sealed class WriteBudgets(TimeProvider time)
{
    // A join is three calls; an agent that starts over in a loop has twenty in a minute.
    private readonly TokenBuckets _identities = new(burst: 60, perSecond: 1, time);

    // One credential that many hosts show is one secret: anyone who has it can have any number of members made.
    private readonly TokenBuckets _shared = new(burst: 60, perSecond: 1, time);

    // A whole group that was switched off comes back at once: two calls each. First joins don't count.
    private readonly TokenBuckets _issuers = new(burst: 4_000, perSecond: 50, time);
    private readonly TokenBuckets _groups = new(burst: 4_000, perSecond: 50, time);

    /// <summary>Counts a call that may write, before it does.</summary>
    /// <param name="bound">Whose it is.</param>
    /// <param name="asked">The identity as its credential says it; another where hosts share a subject.</param>
    /// <param name="group">The group.</param>
    /// <param name="isFirst">True for the first join of an identity.</param>
    /// <exception cref="RefusedException">The budget is spent; it says for how long.</exception>
    public void Count(WorkloadIdentity bound, WorkloadIdentity asked, WorkloadGroupReference group, bool isFirst)
    {
        Take(_identities, CanonicalIdentity.Serialize(bound), "this workload");
        bool isShared = bound != asked;
        if (isFirst && isShared)
        {
            Take(_shared, CanonicalIdentity.Serialize(asked), "workloads that share its subject");
        }

        if (!isFirst || isShared)
        {
            Take(_issuers, IssuerOf(asked), "workloads of its issuer");
            Take(_groups, $"{group.Namespace}/{group.Name}", "workloads of its group");
        }
    }

    /// <summary>Counts a call that writes nothing and costs a verification, as a dry run.</summary>
    /// <exception cref="RefusedException">The budget is spent.</exception>
    public void CountQuestion(WorkloadIdentity bound) => Take(_identities, CanonicalIdentity.Serialize(bound), "this workload");

    private static void Take(TokenBuckets buckets, string key, string whose)
    {
        if (buckets.Take(key) is { } wait)
        {
            throw new Refusal(
                RefusalCode.ResourceExhausted,
                Reasons.RateLimited,
                $"The plane takes no more changes from {whose} for {wait.TotalSeconds} s. Agents wait by themselves; one that starts over shows why with: onboarding-agent status")
            { RetryAfter = wait }.ToException();
        }
    }

    private static string IssuerOf(WorkloadIdentity identity) => identity switch
    {
        { Jwt: { } jwt } => $"jwt {jwt.Issuer}",
        { Aws: { } aws } => $"aws {aws.Partition} {aws.Account}",
        { Gcp: { } gcp } => $"gcp {gcp.ProjectNumber}",
        { Azure: { } azure } => $"azure {azure.Subscription}",
        { Kubernetes: { } account } => $"kubernetes {account.Namespace}",
        { Spiffe: { } spiffe } => $"spiffe {spiffe.TrustDomain}",
        { X509: { } x509 } => $"x509 {x509.Authority} {x509.AuthorityKey}",
        { JoinToken: { } token } => $"joinToken {token.Namespace}",
        _ => "",
    };
}
