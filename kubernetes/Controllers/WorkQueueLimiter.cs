namespace Onboarding.Kubernetes;

/// <summary>Delays of keys that failed: exponential for each, and a token bucket over all, so that one broken dependency doesn't turn into a storm.</summary>
internal sealed class WorkQueueLimiter<TKey>(WorkQueueOptions options)
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, int> _failures = [];
    private double _tokens = options.Burst;
    private long _filledAt = options.TimeProvider.GetTimestamp();

    public TimeSpan Next(TKey key)
    {
        lock (_lock)
        {
            int failures = _failures.GetValueOrDefault(key);
            _failures[key] = failures + 1;
            double own = Math.Min(options.FirstDelay.TotalSeconds * Math.Pow(2, Math.Min(failures, 40)), options.LongestDelay.TotalSeconds);
            return TimeSpan.FromSeconds(Math.Max(own, Reserve()));
        }
    }

    public void Forget(TKey key)
    {
        lock (_lock)
        {
            _failures.Remove(key);
        }
    }

    public int Failures(TKey key)
    {
        lock (_lock)
        {
            return _failures.GetValueOrDefault(key);
        }
    }

    // Takes a token, on credit if need be; the debt is the time to wait.
    private double Reserve()
    {
        long now = options.TimeProvider.GetTimestamp();
        double gained = options.TimeProvider.GetElapsedTime(_filledAt, now).TotalSeconds * options.PerSecond;
        _filledAt = now;
        _tokens = Math.Min(options.Burst, _tokens + gained) - 1;
        return _tokens >= 0 ? 0 : -_tokens / options.PerSecond;
    }
}
