namespace Onboarding.Testing;

/// <summary>A clock that only moves when told to; timers fire, in order, on the thread that moves it.</summary>
public sealed class FakeTimeProvider(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Timer> _timers = [];
    private DateTimeOffset _now = start;
    private (int Thread, DateTimeOffset Until)? _moving;

    public FakeTimeProvider()
        : this(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero))
    {
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Number of timers waiting; lets a test wait until the code under test sleeps.</summary>
    public int PendingTimers
    {
        get
        {
            lock (_lock)
            {
                return _timers.Count(t => t.Due is not null);
            }
        }
    }

    /// <summary>When the next timer fires; null if none waits.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            lock (_lock)
            {
                return _timers.Min(t => t.Due);
            }
        }
    }

    public void Advance(TimeSpan by)
    {
        DateTimeOffset until;
        lock (_lock)
        {
            until = _now + by;
            _moving = (Environment.CurrentManagedThreadId, until);
        }

        while (DueBy(until) is { } timer)
        {
            timer.Fire();
        }

        lock (_lock)
        {
            _now = until;
            _moving = null;
        }
    }

    /// <summary>
    /// Is there at once, as after a suspend, and fires what was due on the way. What starts meanwhile, on whatever thread, is timed from
    /// there: a request that a fired timer starts can't meet its own limit on the way.
    /// </summary>
    public void Jump(TimeSpan by)
    {
        Timer[] due;
        lock (_lock)
        {
            _now += by;
            due = [.. _timers.Where(t => t.Due <= _now).OrderBy(t => t.Due)];
        }

        foreach (Timer timer in due)
        {
            timer.Fire();
        }
    }

    // What another thread starts while the clock moves has to be timed from where the clock is going: whether the limit of a request that a
    // timer started is met on the way would be a matter of luck.
    private DateTimeOffset Base => _moving is { } moving && moving.Thread != Environment.CurrentManagedThreadId ? moving.Until : _now;

    private Timer? DueBy(DateTimeOffset until)
    {
        lock (_lock)
        {
            Timer? next = _timers.Where(t => t.Due <= until).MinBy(t => t.Due);
            if (next is not null)
            {
                _now = next.Due!.Value > _now ? next.Due.Value : _now;
            }

            return next;
        }
    }

    private sealed class Timer(FakeTimeProvider clock, Action callback) : ITimer
    {
        private TimeSpan _period;

        public DateTimeOffset? Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                _period = period;
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : clock.Base + dueTime;
                if (!clock._timers.Contains(this))
                {
                    clock._timers.Add(this);
                }

                return true;
            }
        }

        public void Fire()
        {
            lock (clock._lock)
            {
                Due = _period > TimeSpan.Zero ? Due + _period : null;
            }

            callback();
        }

        public void Dispose()
        {
            lock (clock._lock)
            {
                Due = null;
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
