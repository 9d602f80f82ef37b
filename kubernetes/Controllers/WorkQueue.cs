using System.Threading.Channels;

namespace Onboarding.Kubernetes;

/// <summary>
/// Keys of work to do. A key is in the queue once however often it is added, is handed to one worker at a time, and comes back
/// if it is added while a worker has it: so the last change is always seen, and none is worked on twice at once.
/// </summary>
/// <typeparam name="TKey">What identifies a piece of work.</typeparam>
public sealed class WorkQueue<TKey> : IDisposable
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Channel<TKey> _ready = Channel.CreateUnbounded<TKey>();
    private readonly HashSet<TKey> _waiting = [];
    private readonly HashSet<TKey> _working = [];
    private readonly Dictionary<TKey, Delayed> _delayed = [];
    private readonly WorkQueueLimiter<TKey> _limiter;
    private readonly TimeProvider _clock;
    private bool _closed;

    /// <summary>Makes an empty queue.</summary>
    /// <param name="options">How fast failed keys come back.</param>
    public WorkQueue(WorkQueueOptions? options = null)
    {
        options ??= new WorkQueueOptions();
        _clock = options.TimeProvider;
        _limiter = new WorkQueueLimiter<TKey>(options);
    }

    /// <summary>Keys that wait for a worker; delayed ones not counted.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Adds a key, unless it waits already.</summary>
    /// <param name="key">The key.</param>
    public void Add(TKey key)
    {
        lock (_lock)
        {
            if (!_closed && _waiting.Add(key) && !_working.Contains(key))
            {
                _ready.Writer.TryWrite(key);
            }
        }
    }

    /// <summary>Adds a key after a while; of several times for one key the earliest counts.</summary>
    /// <param name="key">The key.</param>
    /// <param name="delay">The while.</param>
    public void AddAfter(TKey key, TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero)
        {
            Add(key);
            return;
        }

        lock (_lock)
        {
            DateTimeOffset due = _clock.GetUtcNow() + delay;
            if (_closed || (_delayed.TryGetValue(key, out Delayed? earlier) && earlier.Due <= due))
            {
                return;
            }

            earlier?.Timer?.Dispose();
            var delayed = new Delayed(due);
            _delayed[key] = delayed;
            delayed.Timer = _clock.CreateTimer(_ => Release(key, delayed), null, delay, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Adds a key that failed: later each time, and not faster than the queue allows over all.</summary>
    /// <param name="key">The key.</param>
    public void AddRateLimited(TKey key) => AddAfter(key, _limiter.Next(key));

    /// <summary>The key's work succeeded: its next failure counts as its first.</summary>
    /// <param name="key">The key.</param>
    public void Forget(TKey key) => _limiter.Forget(key);

    /// <summary>How often the key has failed since it was last forgotten.</summary>
    /// <param name="key">The key.</param>
    public int Failures(TKey key) => _limiter.Failures(key);

    /// <summary>Waits for a key, which no other worker gets until <see cref="Done"/>.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ChannelClosedException">The queue is disposed of and empty.</exception>
    public async ValueTask<TKey> TakeAsync(CancellationToken cancellationToken)
    {
        TKey key = await _ready.Reader.ReadAsync(cancellationToken);
        lock (_lock)
        {
            _waiting.Remove(key);
            _working.Add(key);
            return key;
        }
    }

    /// <summary>The worker is through with the key, well or ill.</summary>
    /// <param name="key">The key.</param>
    public void Done(TKey key)
    {
        lock (_lock)
        {
            if (_working.Remove(key) && _waiting.Contains(key))
            {
                _ready.Writer.TryWrite(key);
            }
        }
    }

    /// <summary>Takes no more keys; delayed ones are dropped, waiting ones can still be taken.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _closed = true;
            foreach (Delayed delayed in _delayed.Values)
            {
                delayed.Timer?.Dispose();
            }

            _delayed.Clear();
            _ready.Writer.TryComplete();
        }
    }

    private void Release(TKey key, Delayed delayed)
    {
        lock (_lock)
        {
            if (!_delayed.TryGetValue(key, out Delayed? current) || !ReferenceEquals(current, delayed))
            {
                return; // an earlier time took its place
            }

            _delayed.Remove(key);
            delayed.Timer?.Dispose();
        }

        Add(key);
    }

    private sealed class Delayed(DateTimeOffset due)
    {
        public DateTimeOffset Due { get; } = due;

        public ITimer? Timer { get; set; }
    }
}
