using System.Collections.Immutable;
using System.Diagnostics;
using Onboarding.Api.Policies;
using Onboarding.Authorization;
using Onboarding.Kubernetes;

namespace Onboarding.Plane.Cluster;

/// <summary>
/// All policies, by namespace. Replaced piece by piece as they change; a decision reads one immutable state of it and takes no
/// lock.
/// </summary>
internal sealed class PolicySnapshot
{
    private volatile ImmutableDictionary<string, PolicySet> _namespaces = ImmutableDictionary.Create<string, PolicySet>(StringComparer.Ordinal);

    /// <summary>The policies of a namespace were compiled, and how long it took. Raised by the informer.</summary>
    public event Action<TimeSpan>? Compiled;

    /// <summary>Policies of a namespace.</summary>
    public PolicySet ForNamespace(string @namespace) => _namespaces.GetValueOrDefault(@namespace, PolicySet.Empty);

    /// <summary>Takes a change; called by one informer, one change after the other.</summary>
    public void Apply(ResourceEvent<OnboardingPolicy> change)
    {
        OnboardingPolicy policy = change.Resource;
        string ns = policy.Metadata.Namespace ?? "";
        PolicySet current = ForNamespace(ns);
        if (change.Type != WatchEventType.Deleted && IsSame(change.Previous, policy))
        {
            // Only its status changed, which this plane itself writes.
            return;
        }

        long begun = Stopwatch.GetTimestamp();
        PolicySet changed = change.Type == WatchEventType.Deleted ? current.Without(policy.Metadata.Name) : current.With(policy);
        _namespaces = changed.Count == 0 ? _namespaces.Remove(ns) : _namespaces.SetItem(ns, changed);
        Compiled?.Invoke(Stopwatch.GetElapsedTime(begun));
    }

    private static bool IsSame(OnboardingPolicy? previous, OnboardingPolicy policy) =>
        previous is { Metadata.Generation: { } generation }
        && generation == policy.Metadata.Generation
        && previous.Metadata.Uid == policy.Metadata.Uid;
}
