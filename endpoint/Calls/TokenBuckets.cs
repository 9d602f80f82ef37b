namespace Onboarding.Endpoint.Calls;

/// <summary>
/// A bucket of tokens for each key: so many at once, so many more per second. Remembers a bounded number of keys, and makes room by
/// looking at a few of them: someone with very many keys must not cost everybody else a search through all of them.
/// </summary>
internal sealed class TokenBuckets(double burst, double perSecond, TimeProvider time, int mostKeys = 50_000)
{
    private const int LookedAt = 8;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);

    // The hand of a clock over the keys: each is looked at once a turn.
    private readonly Queue<string> _turn = new();

    /// <summary>How many keys are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _buckets.Count;
            }
        }
    }

    /// <summary>How long until the key has a token; null if it has one.</summary>
    public TimeSpan? WaitOf(string key)
    {
        lock (_lock)
        {
            return _buckets.TryGetValue(key, out Bucket bucket) && Left(bucket, time.GetTimestamp()) is < 1 and double left
                ? TimeSpan.FromSeconds(Math.Ceiling((1 - left) / perSecond))
                : null;
        }
    }

    /// <summary>Takes a token; how long until there is one, if there is none.</summary>
    public TimeSpan? Take(string key)
    {
        long now = time.GetTimestamp();
        lock (_lock)
        {
            if (!_buckets.TryGetValue(key, out Bucket bucket))
            {
                MakeRoom(now);
                _turn.Enqueue(key);
                bucket = new Bucket(burst, now);
            }

            double left = Left(bucket, now);
            _buckets[key] = new Bucket(left < 1 ? left : left - 1, now);
            return left < 1 ? TimeSpan.FromSeconds(Math.Ceiling((1 - left) / perSecond)) : null;
        }
    }

    /// <summary>Gives a token back that was taken.</summary>
    public void GiveBack(string key)
    {
        long now = time.GetTimestamp();
        lock (_lock)
        {
            if (_buckets.TryGetValue(key, out Bucket bucket))
            {
                _buckets[key] = new Bucket(Math.Min(burst, Left(bucket, now) + 1), now);
            }
        }
    }

    // A full bucket is as good as none. If none of those looked at is full, the fullest goes: it says least.
    private void MakeRoom(long now)
    {
        if (_buckets.Count < mostKeys)
        {
            return;
        }

        string? fullest = null;
        double most = -1;
        for (int i = 0; i < LookedAt && _turn.TryDequeue(out string? key); i++)
        {
            double left = Left(_buckets[key], now);
            if (left > most)
            {
                if (fullest is not null)
                {
                    _turn.Enqueue(fullest);
                }

                (fullest, most) = (key, left);
            }
            else
            {
                _turn.Enqueue(key);
            }
        }

        _buckets.Remove(fullest!);
    }

    // By the monotonic clock: setting the clock back must not hold anybody back for a year.
    private double Left(Bucket bucket, long now) =>
        Math.Min(burst, bucket.Left + (Math.Max(0, time.GetElapsedTime(bucket.At, now).TotalSeconds) * perSecond));

    private readonly record struct Bucket(double Left, long At);
}
