using System.Collections.Concurrent;

namespace Onboarding.Embedded.Storage;

/// <summary>Hands committed changes, in order, to everyone who follows them.</summary>
internal sealed class WatchHub : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<WatchSubscription> _subscriptions = [];
    private readonly ConcurrentDictionary<string, long> _lastChange = new();
    private long _version;
    private bool _closed;

    /// <summary>Sets the version that was newest before the first change.</summary>
    public void Start(long version)
    {
        lock (_lock)
        {
            _version = Math.Max(_version, version);
        }
    }

    /// <summary>Follows one resource, or all if null. Everything after <see cref="WatchSubscription.Start"/> arrives.</summary>
    public WatchSubscription Subscribe(string? resource, int capacity = WatchSubscription.DefaultCapacity)
    {
        lock (_lock)
        {
            var subscription = new WatchSubscription(this, resource, _version, capacity);
            if (_closed)
            {
                subscription.Close();
            }
            else
            {
                _subscriptions.Add(subscription);
            }

            return subscription;
        }
    }

    public void Publish(IReadOnlyList<Change> changes)
    {
        if (changes.Count == 0)
        {
            return;
        }

        lock (_lock)
        {
            foreach (Change change in changes)
            {
                _lastChange[change.Object.Key.Resource] = change.Version;
            }

            foreach (WatchSubscription subscription in _subscriptions)
            {
                subscription.Offer(changes);
            }

            _version = changes[^1].Version;
        }
    }

    /// <summary>The version at which a resource last changed; 0 if it hasn't since the start.</summary>
    public long LastChange(string resource) => _lastChange.GetValueOrDefault(resource);

    /// <summary>True once the server stops.</summary>
    public bool IsClosed
    {
        get
        {
            lock (_lock)
            {
                return _closed;
            }
        }
    }

    /// <summary>Ends every subscription.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            _subscriptions.ForEach(s => s.Close());
            _subscriptions.Clear();
        }
    }

    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    internal void Remove(WatchSubscription subscription)
    {
        lock (_lock)
        {
            _subscriptions.Remove(subscription);
        }
    }
}
