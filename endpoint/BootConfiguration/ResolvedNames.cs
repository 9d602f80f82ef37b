using System.Collections.Concurrent;

namespace Onboarding.Endpoint.BootConfiguration;

/// <summary>
/// Addresses that names had lately. Large load balancers answer with another few of their addresses each time: one that was good a
/// moment ago still is, and members mustn't get a new hosts file twice a minute.
/// </summary>
internal sealed class ResolvedNames(TimeProvider time)
{
    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, long>> _seen = new();
    private readonly ConcurrentDictionary<string, string> _problems = new();

    /// <summary>The addresses of a name, in a stable order; empty if it never resolved.</summary>
    public IEnumerable<string> Of(string name) =>
        _seen.TryGetValue(name, out IReadOnlyDictionary<string, long>? addresses) ? addresses.Keys.Order(StringComparer.Ordinal) : [];

    /// <summary>Why names don't resolve.</summary>
    public string ProblemsOf(IEnumerable<string> names) =>
        string.Join("; ", names.Select(n => $"{n}: {_problems.GetValueOrDefault(n, "it wasn't looked up yet")}"));

    /// <summary>A name resolved.</summary>
    /// <returns>True if its addresses are others than before.</returns>
    public bool Saw(string name, IReadOnlyList<string> addresses)
    {
        long now = time.GetTimestamp();
        var next = addresses.ToDictionary(a => a, _ => now, StringComparer.Ordinal);
        string[] before = [.. Of(name)];
        if (addresses.Count > 0 && _seen.TryGetValue(name, out IReadOnlyDictionary<string, long>? old))
        {
            foreach ((string address, long at) in old.Where(o => time.GetElapsedTime(o.Value, now) < Lately))
            {
                next.TryAdd(address, at);
            }
        }

        if (next.Count == 0)
        {
            _problems[name] = "it has no address";
            return false;
        }

        _seen[name] = next;
        _problems.TryRemove(name, out _);
        return !Of(name).SequenceEqual(before);
    }

    /// <summary>A name didn't resolve; the addresses it had stay.</summary>
    public void Failed(string name, string why) => _problems[name] = why;
}
