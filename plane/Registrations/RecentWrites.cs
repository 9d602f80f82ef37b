using System.Collections.Concurrent;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;

namespace Onboarding.Plane.Registrations;

/// <summary>
/// Registrations that this instance wrote and that its informer hasn't shown yet: an agent connects a millisecond after it
/// registered, and a thousand that join at once must not become a thousand reads. What is kept here may be outdated like an
/// informer's copy: every write made from it carries its resourceVersion.
/// </summary>
internal sealed class RecentWrites
{
    private const int MostKept = 10_000;

    // An informer that is further behind is in trouble; then the API server is asked.
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(10);

    private readonly ResourceInformer<WorkloadAutoRegistration> _informer;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<(string? Namespace, string Name), RecentWrite> _entries = new();

    public RecentWrites(ResourceInformer<WorkloadAutoRegistration> informer, TimeProvider time)
    {
        _informer = informer;
        _time = time;
        informer.Known = (ns, name, version) =>
            _entries.TryGetValue((ns, name), out RecentWrite? entry) && entry.Written.Metadata.ResourceVersion == version ? entry.Written : null;
        informer.Changed += change =>
        {
            if (_entries.TryGetValue(Key(change.Resource), out RecentWrite? entry) && IsOvertakenBy(change, entry.Written))
            {
                _entries.TryRemove(KeyValuePair.Create(Key(change.Resource), entry));
            }
        };
    }

    /// <summary>The registration as last written here, or as the informer has it if that is as new.</summary>
    public WorkloadAutoRegistration? Get(string? ns, string name)
    {
        if (!_entries.TryGetValue((ns, name), out RecentWrite? entry))
        {
            return _informer.Get(ns, name);
        }

        if (_time.GetUtcNow() < entry.Until)
        {
            return entry.Written;
        }

        _entries.TryRemove(KeyValuePair.Create((ns, name), entry));
        return _informer.Get(ns, name);
    }

    /// <summary>Remembers what the API server answered to a write.</summary>
    /// <returns>The registration; where the informer shows the same already, the informer's own object, so that it is kept once.</returns>
    public WorkloadAutoRegistration Remember(WorkloadAutoRegistration written)
    {
        DateTimeOffset now = _time.GetUtcNow();
        if (_entries.Count >= MostKept)
        {
            foreach (KeyValuePair<(string?, string), RecentWrite> old in _entries.Where(e => e.Value.Until <= now))
            {
                _entries.TryRemove(old);
            }
        }

        // Full of fresh ones: those that find no place are read.
        if (_entries.Count < MostKept)
        {
            var entry = new RecentWrite(written, now + Life);
            _entries[Key(written)] = entry;
            if (_informer.Get(written.Metadata.Namespace, written.Metadata.Name) is { } shown
                && shown.Metadata.Uid == written.Metadata.Uid
                && shown.Metadata.ResourceVersion == written.Metadata.ResourceVersion)
            {
                // The watch was faster than the answer.
                _entries.TryRemove(KeyValuePair.Create(Key(written), entry));
                return shown;
            }
        }

        return written;
    }

    /// <summary>Forgets a registration that was deleted here.</summary>
    public void Forget(WorkloadAutoRegistration deleted) => _entries.TryRemove(Key(deleted), out _);

    private static bool IsOvertakenBy(ResourceEvent<WorkloadAutoRegistration> change, WorkloadAutoRegistration written) =>
        change.Type == WatchEventType.Deleted
            ? change.Resource.Metadata.Uid == written.Metadata.Uid
            : change.Resource.Metadata.ResourceVersion == written.Metadata.ResourceVersion;

    private static (string? Namespace, string Name) Key(WorkloadAutoRegistration member) => (member.Metadata.Namespace, member.Metadata.Name);

    private sealed record RecentWrite(WorkloadAutoRegistration Written, DateTimeOffset Until);
}
