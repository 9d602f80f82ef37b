using System.Collections.Concurrent;

namespace Onboarding.Endpoint.Refusals;

/// <summary>
/// Holds back an address that keeps failing. Only failures count: a thousand agents behind one address that join are no reason
/// to hold anybody back, one that guesses is.
/// </summary>
internal sealed class FailureLimiter(TimeProvider time)
{
    private const double Burst = 300;
    private const double PerSecond = 5;
    private const int MostAddresses = 50_000;

    private readonly ConcurrentDictionary<string, Bucket> _buckets = new();

    /// <summary>How long this address has to wait; null if it needn't.</summary>
    public TimeSpan? HeldBack(string address)
    {
        if (!_buckets.TryGetValue(address, out Bucket? bucket))
        {
            return null;
        }

        double left = bucket.Left(time.GetUtcNow());
        return left >= 1 ? null : TimeSpan.FromSeconds(Math.Ceiling((1 - left) / PerSecond));
    }

    /// <summary>Counts a failure of this address.</summary>
    public void Failed(string address)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (_buckets.Count >= MostAddresses)
        {
            // Full buckets are as good as none; if an attacker has so many addresses, limiting by address can't help any more.
            foreach ((string key, Bucket old) in _buckets)
            {
                if (old.Left(now) >= Burst)
                {
                    _buckets.TryRemove(key, out _);
                }
            }
        }

        if (_buckets.Count < MostAddresses || _buckets.ContainsKey(address))
        {
            _buckets.GetOrAdd(address, _ => new Bucket(now)).Take(now);
        }
    }

    private sealed class Bucket(DateTimeOffset now)
    {
        private readonly Lock _lock = new();
        private double _left = Burst;
        private DateTimeOffset _at = now;

        public double Left(DateTimeOffset now)
        {
            lock (_lock)
            {
                _left = Math.Min(Burst, _left + ((now - _at).TotalSeconds * PerSecond));
                _at = now;
                return _left;
            }
        }

        public void Take(DateTimeOffset now)
        {
            lock (_lock)
            {
                _left = Math.Max(0, Left(now) - 1);
            }
        }
    }
}
