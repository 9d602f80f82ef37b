using System.Collections.Immutable;
using Onboarding.Api.Authorization;
using Onboarding.Kubernetes;

namespace Onboarding.Endpoint.Authorization;

/// <summary>
/// All policies, by namespace. Replaced piece by piece as they change; a decision reads one immutable state of it and takes no
/// lock.
/// </summary>
internal sealed class PolicySnapshot
{
    private volatile ImmutableDictionary<string, ImmutableArray<OnboardingPolicy>> _namespaces =
        ImmutableDictionary.Create<string, ImmutableArray<OnboardingPolicy>>(StringComparer.Ordinal);

    /// <summary>Policies of a namespace, ordered by name.</summary>
    public IReadOnlyList<OnboardingPolicy> Of(string @namespace) =>
        _namespaces.TryGetValue(@namespace, out ImmutableArray<OnboardingPolicy> policies) ? policies : [];

    /// <summary>Takes a change; called by one informer, one change after the other.</summary>
    public void Apply(ResourceEvent<OnboardingPolicy> change)
    {
        OnboardingPolicy policy = change.Resource;
        string ns = policy.Metadata.Namespace ?? "";
        IEnumerable<OnboardingPolicy> others = Of(ns).Where(p => p.Metadata.Name != policy.Metadata.Name);
        ImmutableArray<OnboardingPolicy> policies = change.Type == WatchEventType.Deleted
            ? [.. others]
            : [.. others.Append(policy).OrderBy(p => p.Metadata.Name, StringComparer.Ordinal)];
        _namespaces = policies.IsEmpty ? _namespaces.Remove(ns) : _namespaces.SetItem(ns, policies);
    }
}
