using Onboarding.Api.Meta;

namespace Onboarding.Kubernetes;

/// <summary>Finds the objects of an informer by a key made of each, always in step with its store.</summary>
/// <typeparam name="T">The kind.</typeparam>
public sealed class InformerIndex<T>
    where T : class, IKubernetesObject<T>
{
    private readonly Lock _lock;
    private readonly Func<T, IEnumerable<string>> _keys;
    private readonly Dictionary<string, Dictionary<NamespacedName, T>> _entries = new(StringComparer.Ordinal);

    internal InformerIndex(Lock storeLock, Func<T, IEnumerable<string>> keys)
    {
        _lock = storeLock;
        _keys = keys;
    }

    /// <summary>The objects of which this key was made, in no particular order.</summary>
    /// <param name="key">The key.</param>
    public IReadOnlyList<T> Find(string key)
    {
        lock (_lock)
        {
            return _entries.TryGetValue(key, out Dictionary<NamespacedName, T>? found) ? [.. found.Values] : [];
        }
    }

    // Both are called with the store's lock held.
    internal void Add(NamespacedName name, T value)
    {
        foreach (string key in _keys(value))
        {
            if (!_entries.TryGetValue(key, out Dictionary<NamespacedName, T>? entries))
            {
                _entries[key] = entries = [];
            }

            entries[name] = value;
        }
    }

    internal void Remove(NamespacedName name, T value)
    {
        foreach (string key in _keys(value))
        {
            if (_entries.TryGetValue(key, out Dictionary<NamespacedName, T>? entries) && entries.Remove(name) && entries.Count == 0)
            {
                _entries.Remove(key);
            }
        }
    }
}
