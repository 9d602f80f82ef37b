using Onboarding.Api.Meta;

namespace Onboarding.Kubernetes.Informers;

/// <summary>The objects an informer knows, and what changes when it learns of others.</summary>
internal sealed class ResourceStore<T>
    where T : class, IKubernetesObject<T>
{
    private readonly Lock _lock = new();
    private readonly Dictionary<NamespacedName, T> _objects = [];
    private readonly List<InformerIndex<T>> _indexes = [];
    private T[]? _snapshot;

    public T? Get(NamespacedName name)
    {
        lock (_lock)
        {
            return _objects.GetValueOrDefault(name);
        }
    }

    public IReadOnlyCollection<T> List()
    {
        lock (_lock)
        {
            return _snapshot ??= [.. _objects.Values];
        }
    }

    public InformerIndex<T> AddIndex(Func<T, IEnumerable<string>> keys)
    {
        lock (_lock)
        {
            var index = new InformerIndex<T>(_lock, keys);
            foreach ((NamespacedName name, T value) in _objects)
            {
                index.Add(name, value);
            }

            _indexes.Add(index);
            return index;
        }
    }

    /// <summary>Makes the store what a list says, and tells what that changed: also what was deleted while no one watched.</summary>
    public IReadOnlyList<ResourceEvent<T>> Replace(IReadOnlyList<T> items)
    {
        lock (_lock)
        {
            var changes = new List<ResourceEvent<T>>();
            HashSet<NamespacedName> listed = [.. items.Select(i => NamespacedName.FromObject(i))];
            foreach (T gone in _objects.Where(o => !listed.Contains(o.Key)).Select(o => o.Value).ToList())
            {
                changes.AddRange(RemoveLocked(gone));
            }

            foreach (T item in items)
            {
                changes.AddRange(PutLocked(item));
            }

            return changes;
        }
    }

    public IReadOnlyList<ResourceEvent<T>> Apply(WatchEventType type, T value)
    {
        lock (_lock)
        {
            return type == WatchEventType.Deleted ? RemoveLocked(value) : PutLocked(value);
        }
    }

    private List<ResourceEvent<T>> PutLocked(T value)
    {
        NamespacedName name = NamespacedName.FromObject(value);
        T? previous = _objects.GetValueOrDefault(name);
        if (previous is not null && previous.Metadata.ResourceVersion == value.Metadata.ResourceVersion
            && previous.Metadata.Uid == value.Metadata.Uid)
        {
            return []; // known: a server or proxy repeats itself
        }

        var changes = new List<ResourceEvent<T>>();
        if (previous is not null && previous.Metadata.Uid != value.Metadata.Uid)
        {
            // Deleted and created again while no one watched: the old object's end must be seen, for what hangs on its uid.
            changes.AddRange(RemoveLocked(previous));
            previous = null;
        }

        if (previous is not null)
        {
            _indexes.ForEach(i => i.Remove(name, previous));
        }

        _objects[name] = value;
        _indexes.ForEach(i => i.Add(name, value));
        _snapshot = null;
        changes.Add(new(previous is null ? WatchEventType.Added : WatchEventType.Modified, value, previous));
        return changes;
    }

    private List<ResourceEvent<T>> RemoveLocked(T value)
    {
        NamespacedName name = NamespacedName.FromObject(value);
        if (!_objects.Remove(name, out T? previous))
        {
            return [];
        }

        _indexes.ForEach(i => i.Remove(name, previous));
        _snapshot = null;
        return [new(WatchEventType.Deleted, value, previous)];
    }
}
