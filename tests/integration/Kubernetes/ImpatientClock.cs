using System.Collections.Concurrent;

namespace Onboarding.Tests.Integration.KubernetesTests;

/// <summary>
/// A clock for code that waits between attempts: short waits are over at once, and are remembered; long ones (time limits) only
/// end when the test says so.
/// </summary>
internal sealed class ImpatientClock : TimeProvider
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(31);
    private readonly ConcurrentQueue<TimeSpan> _waits = new();
    private readonly ConcurrentDictionary<LongTimer, bool> _limits = new();

    /// <summary>The waits that were skipped.</summary>
    public IReadOnlyList<TimeSpan> Waits => [.. _waits];

    /// <summary>Time limits that are running.</summary>
    public int Limits => _limits.Keys.Count(l => l.IsSet);

    /// <summary>Every running time limit is over.</summary>
    public void Expire()
    {
        foreach (LongTimer limit in _limits.Keys)
        {
            limit.Fire();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime != Timeout.InfiniteTimeSpan && dueTime < Patience)
        {
            _waits.Enqueue(dueTime);
            return System.CreateTimer(callback, state, TimeSpan.FromMilliseconds(1), period);
        }

        var limit = new LongTimer(this, () => callback(state));
        limit.Change(dueTime, period);
        return limit;
    }

    private sealed class LongTimer(ImpatientClock clock, Action callback) : ITimer
    {
        private int _set;

        public bool IsSet => Volatile.Read(ref _set) == 1;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Volatile.Write(ref _set, dueTime == Timeout.InfiniteTimeSpan ? 0 : 1);
            clock._limits.TryAdd(this, true);
            return true;
        }

        public void Fire()
        {
            if (Interlocked.Exchange(ref _set, 0) == 1)
            {
                callback();
            }
        }

        public void Dispose()
        {
            Volatile.Write(ref _set, 0);
            clock._limits.TryRemove(this, out _);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
