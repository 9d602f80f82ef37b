using System.Collections.Concurrent;
using System.Globalization;
using Onboarding.Api.Runtime;
using Onboarding.Plane.Cluster;

namespace Onboarding.Endpoint.KeyBinding;

/// <summary>Key bindings that this instance writes and its informer hasn't shown yet.</summary>
internal sealed class BindingWrites
{
    private readonly ConcurrentDictionary<PendingBinding, byte> _pending = new();

    public BindingWrites(ClusterState cluster) => cluster.KeyBindings.Changed += change =>
    {
        foreach (PendingBinding pending in _pending.Keys)
        {
            pending.Look(change.Resource);
        }
    };

    /// <summary>Begins to look out for a binding of this name; before it is written, so that it can't be missed.</summary>
    public PendingBinding Expect(string name)
    {
        var pending = new PendingBinding(name, p => _pending.TryRemove(p, out _));
        _pending[pending] = 0;
        return pending;
    }

    /// <summary>True if one binding was made before the other.</summary>
    public static bool IsOlder(WorkloadKeyBinding one, WorkloadKeyBinding other)
    {
        int byTime = Nullable.Compare(one.Metadata.CreationTimestamp, other.Metadata.CreationTimestamp);
        return byTime != 0 ? byTime < 0 : Version(one).CompareTo(Version(other)) is var byVersion && byVersion != 0
            ? byVersion < 0
            : string.CompareOrdinal(one.Metadata.Name, other.Metadata.Name) < 0;
    }

    // Within one second the order of writes decides. Kubernetes numbers them (etcd's revision) in all versions there are.
    private static long Version(WorkloadKeyBinding binding) =>
        long.TryParse(binding.Metadata.ResourceVersion, NumberStyles.None, CultureInfo.InvariantCulture, out long version) ? version : long.MaxValue;
}
