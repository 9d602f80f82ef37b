using System.Threading.Channels;
using Onboarding.Embedded.Storage;

namespace Onboarding.Embedded.Watching;

/// <summary>
/// The changes one follower has yet to see. A follower that falls too far behind is cut off: it resumes from its last version,
/// instead of making the server hold everything for it.
/// </summary>
internal sealed class WatchSubscription : IDisposable
{
    public const int DefaultCapacity = 20_000;

    private readonly WatchHub _hub;
    private readonly string? _resource;
    private readonly Channel<Change> _changes;
    private long _seen;

    public WatchSubscription(WatchHub hub, string? resource, long start, int capacity)
    {
        _hub = hub;
        _resource = resource;
        _seen = start;
        Start = start;
        _changes = Channel.CreateBounded<Change>(new BoundedChannelOptions(capacity) { SingleReader = true, SingleWriter = true });
    }

    /// <summary>The version after which changes arrive here.</summary>
    public long Start { get; }

    /// <summary>The newest version of any resource that this subscription has been told of; what a bookmark may say once the changes are read.</summary>
    public long Seen => Volatile.Read(ref _seen);

    /// <summary>Changes in commit order; completed when the follower was too slow or the server stops.</summary>
    public ChannelReader<Change> Changes => _changes.Reader;

    public void Dispose()
    {
        _hub.Remove(this);
        Close();
    }

    internal void Offer(IReadOnlyList<Change> changes)
    {
        foreach (Change change in changes)
        {
            if ((_resource is null || change.Object.Key.Resource == _resource) && !_changes.Writer.TryWrite(change))
            {
                Close();
                return;
            }
        }

        Volatile.Write(ref _seen, changes[^1].Version);
    }

    internal void Close() => _changes.Writer.TryComplete();
}
