using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace Onboarding.Embedded.Storage;

/// <summary>
/// The changes one follower has yet to see. A follower that falls too far behind is cut off: it resumes from its last version,
/// instead of making the server hold everything for it.
/// </summary>
internal sealed class WatchSubscription : IDisposable
{
    public const int DefaultCapacity = 20_000;

    // Changes are counted and weighed: objects may have a megabyte each.
    private const long MostBytes = 64 * 1024 * 1024;

    private readonly WatchHub _hub;
    private readonly string? _resource;
    private readonly Channel<Change> _changes;
    private readonly CancellationTokenSource _cutOff = new();
    private long _seen;
    private long _bytes;

    public WatchSubscription(WatchHub hub, string? resource, long start, int capacity)
    {
        _hub = hub;
        _resource = resource;
        _seen = start;
        Start = start;
        _changes = Channel.CreateBounded<Change>(new BoundedChannelOptions(capacity) { SingleReader = true, SingleWriter = true });
        CutOff = _cutOff.Token;
    }

    /// <summary>The version after which changes arrive here.</summary>
    public long Start { get; }

    /// <summary>The newest version of any resource that this subscription has been told of; what a bookmark may say once the changes are read.</summary>
    public long Seen => Volatile.Read(ref _seen);

    /// <summary>Cancelled when the follower was too slow. Nothing more is to be had here then.</summary>
    public CancellationToken CutOff { get; }

    /// <summary>Waits for changes; false if none will come, because the follower was cut off or the server stops.</summary>
    public async Task<bool> WaitAsync(CancellationToken cancellationToken) =>
        await _changes.Reader.WaitToReadAsync(cancellationToken) && !CutOff.IsCancellationRequested;

    /// <summary>The next change in commit order, if one is here.</summary>
    public bool TryRead([NotNullWhen(true)] out Change? change)
    {
        change = null;
        if (CutOff.IsCancellationRequested || !_changes.Reader.TryRead(out change))
        {
            return false;
        }

        Interlocked.Add(ref _bytes, -Weight(change));
        return true;
    }

    public void Dispose()
    {
        _hub.Remove(this);
        Close();
    }

    /// <summary>Takes changes in; called by the hub, which holds its lock.</summary>
    internal void Offer(IReadOnlyList<Change> changes)
    {
        foreach (Change change in changes)
        {
            if (_resource is not null && change.Object.Key.Resource != _resource)
            {
                continue;
            }

            if (Interlocked.Add(ref _bytes, Weight(change)) > MostBytes || !_changes.Writer.TryWrite(change))
            {
                Close();
                // Elsewhere: what follows from it must not hold up the writer.
                _ = _cutOff.CancelAsync();
                return;
            }
        }

        Volatile.Write(ref _seen, changes[^1].Version);
    }

    internal void Close() => _changes.Writer.TryComplete();

    private static long Weight(Change change) => change.Object.Json.Length + (change.Previous?.Json.Length ?? 0);
}
