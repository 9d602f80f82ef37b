using System.Collections.Concurrent;

namespace Onboarding.Endpoint.Refusals;

/// <summary>A bucket of tokens for each key: so many at once, so many more per second.</summary>
internal sealed class TokenBuckets(double burst, double perSecond, TimeProvider time)
{
    private const int MostKeys = 50_000;

    private readonly ConcurrentDictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);

    /// <summary>How long until the key has a token; null if it has one.</summary>
    public TimeSpan? WaitOf(string key)
    {
        if (!_buckets.TryGetValue(key, out Bucket? bucket))
        {
            return null;
        }

        double left = bucket.Left(time.GetTimestamp(), this);
        return left >= 1 ? null : TimeSpan.FromSeconds(Math.Ceiling((1 - left) / perSecond));
    }

    /// <summary>Takes a token; how long until there is one, if there is none.</summary>
    public TimeSpan? Take(string key)
    {
        long now = time.GetTimestamp();
        MakeRoom(now);

        // Somebody with so many keys can't be held back by key any more; nobody else is held back for it.
        if (_buckets.Count >= MostKeys && !_buckets.ContainsKey(key))
        {
            return null;
        }

        double left = _buckets.GetOrAdd(key, _ => new Bucket(burst, now)).Take(now, this);
        return left >= 0 ? null : TimeSpan.FromSeconds(Math.Ceiling(-left / perSecond));
    }

    private void MakeRoom(long now)
    {
        if (_buckets.Count < MostKeys)
        {
            return;
        }

        // A full bucket is as good as none.
        foreach ((string key, Bucket bucket) in _buckets)
        {
            if (bucket.Left(now, this) >= burst)
            {
                _buckets.TryRemove(key, out _);
            }
        }
    }

    private sealed class Bucket(double left, long now)
    {
        private readonly Lock _lock = new();
        private double _left = left;
        private long _at = now;

        public double Left(long now, TokenBuckets all)
        {
            lock (_lock)
            {
                Refill(now, all);
                return _left;
            }
        }

        /// <summary>Takes one if there is one; what is left then, or how much it lacks (negative).</summary>
        public double Take(long now, TokenBuckets all)
        {
            lock (_lock)
            {
                Refill(now, all);
                if (_left < 1)
                {
                    return Math.Min(_left - 1, -double.Epsilon);
                }

                _left--;
                return _left;
            }
        }

        // By the monotonic clock: setting the clock back must not hold anybody back for a year.
        private void Refill(long now, TokenBuckets all)
        {
            double elapsed = all.Elapsed(_at, now);
            if (elapsed > 0)
            {
                _left = Math.Min(all.Burst, _left + (elapsed * all.PerSecond));
                _at = now;
            }
        }
    }

    private double Burst => burst;

    private double PerSecond => perSecond;

    private double Elapsed(long from, long to) => time.GetElapsedTime(from, to).TotalSeconds;
}
