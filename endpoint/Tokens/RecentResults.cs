using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Onboarding.Endpoint.Tokens;

/// <summary>
/// What was found out lately and costs much to find out. Two halves: when one is full, the other is forgotten as a whole. What was
/// forgotten is found out again.
/// </summary>
/// <typeparam name="TKey">What was asked.</typeparam>
/// <typeparam name="TValue">What was found out: a function of the key, which doesn't change.</typeparam>
/// <param name="half">Most in each half.</param>
internal sealed class RecentResults<TKey, TValue>(int half)
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private volatile ConcurrentDictionary<TKey, TValue> _young = new();
    private volatile ConcurrentDictionary<TKey, TValue> _old = new();
    private int _count;

    /// <summary>What was found out.</summary>
    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value) => _young.TryGetValue(key, out value) || _old.TryGetValue(key, out value);

    /// <summary>Remembers it.</summary>
    public void Add(TKey key, TValue value)
    {
        if (!_young.TryAdd(key, value))
        {
            return;
        }

        lock (_lock)
        {
            if (++_count >= half)
            {
                (_old, _young, _count) = (_young, new ConcurrentDictionary<TKey, TValue>(), 0);
            }
        }
    }
}
