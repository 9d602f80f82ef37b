using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;

namespace Onboarding.Operator.Rollouts;

/// <summary>
/// Whom a rollout concerns, kept up to date change by change. Thousands of members report all day, and most of the time nothing is to be
/// rolled out: a change costs what changed, and a look costs the members that have something to come.
/// </summary>
internal sealed class RolloutFleet
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, WorkloadAutoRegistration> _behind = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>Takes a change of the informer, which has one after the other.</summary>
    /// <returns>True if it may make a difference to the rollout.</returns>
    public bool Take(ResourceEvent<WorkloadAutoRegistration> change)
    {
        WorkloadAutoRegistration? after = change.Type == WatchEventType.Deleted ? null : change.Resource;
        lock (_lock)
        {
            int before = _count;
            _count += (IsMember(after) ? 1 : 0) - (IsMember(change.Previous ?? (after is null ? change.Resource : null)) ? 1 : 0);
            string name = $"{change.Resource.Metadata.Namespace}/{change.Resource.Metadata.Name}";
            if (IsMember(after) && RolloutMember.HasSomethingToCome(after!))
            {
                _behind[name] = after!;
                return true;
            }

            return _behind.Remove(name) || before != _count;
        }
    }

    /// <summary>The members that have something to come, by name, and how many members there are in all.</summary>
    public (IReadOnlyList<WorkloadAutoRegistration> Behind, int Count) Read()
    {
        lock (_lock)
        {
            return ([.. _behind.Values], _count);
        }
    }

    private static bool IsMember(WorkloadAutoRegistration? registration) => registration is { Metadata.DeletionTimestamp: null };
}
