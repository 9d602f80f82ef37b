using System.Collections.Concurrent;

namespace Onboarding.Endpoint.Calls;

/// <summary>
/// Limits how many calls of one address, and of all, are worked on at a time: work for callers whom no one has verified yet must not
/// take all of the plane's memory. More than the agents behind one address will ever need at once.
/// </summary>
internal sealed class CallsInProgress
{
    private const int MostPerAddress = 1_500;
    private const int MostInAll = 6_000;

    private readonly ConcurrentDictionary<string, int> _addresses = new(StringComparer.Ordinal);
    private int _all;

    /// <summary>Begins a call; false if there are too many. What began must end.</summary>
    public bool TryBegin(string address)
    {
        bool fits = Interlocked.Increment(ref _all) <= MostInAll
            & _addresses.AddOrUpdate(address, 1, (_, count) => count + 1) <= MostPerAddress;
        if (!fits)
        {
            End(address);
        }

        return fits;
    }

    /// <summary>Ends a call.</summary>
    public void End(string address)
    {
        Interlocked.Decrement(ref _all);
        if (_addresses.AddOrUpdate(address, 0, (_, count) => count - 1) == 0)
        {
            _addresses.TryRemove(KeyValuePair.Create(address, 0));
        }
    }
}
