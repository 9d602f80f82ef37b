namespace Onboarding.Kubernetes;

/// <summary>How fast a <see cref="WorkQueue{TKey}"/> hands out keys that failed.</summary>
public sealed record WorkQueueOptions
{
    /// <summary>Delay after a key's first failure; doubles with each more.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Longest delay of one key.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Failed keys handed out per second, over all keys, once the burst is used up.</summary>
    public double PerSecond { get; init; } = 10;

    /// <summary>Failed keys handed out at once.</summary>
    public int Burst { get; init; } = 100;

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
