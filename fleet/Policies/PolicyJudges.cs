using Onboarding.Api.Istio;
using Onboarding.Api.Policies;
using Onboarding.Fleet.Workloads;
using Onboarding.Kubernetes;

namespace Onboarding.Fleet.Policies;

/// <summary>Makes judges from what a cluster holds.</summary>
/// <param name="kubernetes">The cluster.</param>
/// <param name="time">The clock.</param>
public sealed class PolicyJudges(KubernetesClient kubernetes, TimeProvider time)
{
    /// <summary>A judge over a namespace as it is, or as it would be.</summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="change">Makes of the policies there are those to ask; null for those there are.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<PolicyJudge> OverAsync(
        string ns, Func<IEnumerable<OnboardingPolicy>, IEnumerable<OnboardingPolicy>>? change, CancellationToken cancellationToken)
    {
        (KubernetesList<OnboardingPolicy> policies, KubernetesList<WorkloadGroup> groups, IReadOnlyList<Member> members) = await ReadAsync(ns, cancellationToken);
        return new PolicyJudge(change?.Invoke(policies.Items) ?? policies.Items, groups.Items, members, time.GetUtcNow());
    }

    /// <summary>Names of the members that a change would take admission from.</summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="change">Makes of the policies there are those there would be.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<IReadOnlyList<string>> LosersAsync(
        string ns, Func<IEnumerable<OnboardingPolicy>, IEnumerable<OnboardingPolicy>> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        (KubernetesList<OnboardingPolicy> policies, KubernetesList<WorkloadGroup> groups, IReadOnlyList<Member> members) = await ReadAsync(ns, cancellationToken);
        DateTimeOffset now = time.GetUtcNow();
        IReadOnlySet<string> before = new PolicyJudge(policies.Items, groups.Items, members, now).Admitted();
        IReadOnlySet<string> after = new PolicyJudge(change(policies.Items), groups.Items, members, now).Admitted();
        return [.. before.Except(after).Order(StringComparer.Ordinal)];
    }

    /// <summary>The policies with one of them put in or replaced.</summary>
    public static IEnumerable<OnboardingPolicy> With(IEnumerable<OnboardingPolicy> policies, OnboardingPolicy policy) =>
        Without(policies, policy.Metadata.Name).Append(policy);

    /// <summary>The policies without one of them.</summary>
    public static IEnumerable<OnboardingPolicy> Without(IEnumerable<OnboardingPolicy> policies, string name) =>
        policies.Where(p => p.Metadata.Name != name);

    private async Task<(KubernetesList<OnboardingPolicy> Policies, KubernetesList<WorkloadGroup> Groups, IReadOnlyList<Member> Members)> ReadAsync(
        string ns, CancellationToken cancellationToken)
    {
        Task<KubernetesList<OnboardingPolicy>> policies = kubernetes.ListAsync<OnboardingPolicy>(ns, cancellationToken: cancellationToken);
        Task<KubernetesList<WorkloadGroup>> groups = kubernetes.ListAsync<WorkloadGroup>(ns, cancellationToken: cancellationToken);
        Task<IReadOnlyList<Member>> members = new Members(kubernetes, time).ListAsync(new MemberQuery { Namespace = ns }, cancellationToken);
        await Task.WhenAll(policies, groups, members);
        return (await policies, await groups, await members);
    }
}
