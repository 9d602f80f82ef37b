using System.Collections.Concurrent;

namespace Onboarding.Embedded.Storage;

/// <summary>Objects, their history and their changes. Reads take their own connections and never wait for the writer.</summary>
internal sealed class ObjectStore : IAsyncDisposable
{
    private const int ChangesPerPage = 200;

    private readonly ConcurrentBag<RevisionTable> _readers = [];
    private readonly StoreOptions _options;
    private readonly StoreWriter _writer;
    private bool _closed;

    public ObjectStore(StoreOptions options)
    {
        _options = options;
        Hub = new WatchHub();
        _writer = new StoreWriter(options, Hub.Publish);
        Hub.Start(_writer.Version);
    }

    public WatchHub Hub { get; }

    /// <summary>The newest committed version.</summary>
    public long Version => _writer.Version;

    /// <summary>Writes all or nothing; durable when it returns.</summary>
    /// <exception cref="StoreConflictException">An object isn't at the expected version.</exception>
    public Task<IReadOnlyList<StoredObject>> WriteAsync(params IReadOnlyList<StoreWrite> writes) => _writer.WriteAsync(writes);

    public StoredObject? Get(ObjectKey key) => Read(table => table.Get(key));

    /// <summary>Lists a consistent snapshot.</summary>
    /// <exception cref="HistoryExpiredException">The snapshot is no longer kept.</exception>
    public ObjectPage List(ListQuery query) => Read(table =>
    {
        DatabaseSchema.Run(table.Connection, "BEGIN");
        try
        {
            long at = query.At ?? table.NewestVersion();
            long cut = table.Cut();
            if (at < cut)
            {
                throw new HistoryExpiredException(at, cut);
            }

            return Page(table, query, at);
        }
        finally
        {
            DatabaseSchema.Run(table.Connection, "COMMIT");
        }
    });

    /// <summary>Every object there is, of every kind.</summary>
    public IReadOnlyList<StoredObject> Everything() => Read(table => table.Everything().ToList());

    /// <summary>Changes of a resource after a version, up to and with another; read piece by piece, since each may have a megabyte.</summary>
    /// <exception cref="HistoryExpiredException">Some of them are no longer kept.</exception>
    public IEnumerable<Change> Changes(string resource, long after, long until)
    {
        List<Change> page;
        do
        {
            page = ChangePage(resource, after, until);
            foreach (Change change in page)
            {
                yield return change;
                after = change.Version;
            }
        }
        while (page.Count == ChangesPerPage);
    }

    private List<Change> ChangePage(string resource, long after, long until) => Read(table =>
    {
        List<Change> changes = table.Changes(resource, after, until, ChangesPerPage);
        // Asked after the read: a cut in between would have left a gap.
        long cut = table.Cut();
        return after < cut ? throw new HistoryExpiredException(after, cut) : changes;
    });

    public async ValueTask DisposeAsync()
    {
        Hub.Close();
        await _writer.DisposeAsync();
        _closed = true;
        while (_readers.TryTake(out RevisionTable? reader))
        {
            reader.Dispose();
        }
    }

    private static ObjectPage Page(RevisionTable table, ListQuery query, long at)
    {
        var items = new List<StoredObject>();
        long remaining = 0;
        foreach (StoredObject item in table.Snapshot(query, at))
        {
            if (query.Filter is not null && !query.Filter(item))
            {
                continue;
            }

            if (query.Limit == 0 || items.Count < query.Limit)
            {
                items.Add(item);
                continue;
            }

            remaining++;
            if (query.Filter is not null)
            {
                return new ObjectPage(items, at, items[^1].Key, null);
            }
        }

        return remaining == 0 ? new ObjectPage(items, at, null, null) : new ObjectPage(items, at, items[^1].Key, remaining);
    }

    private T Read<T>(Func<RevisionTable, T> read)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (!_readers.TryTake(out RevisionTable? reader))
        {
            reader = new RevisionTable(DatabaseSchema.OpenReader(_options.Path));
        }

        try
        {
            return read(reader);
        }
        finally
        {
            if (_closed)
            {
                reader.Dispose();
            }
            else
            {
                _readers.Add(reader);
            }
        }
    }
}

/// <summary>Part of a list.</summary>
/// <param name="Items">Objects in the order of namespace and name.</param>
/// <param name="Version">The version the whole list is a snapshot of.</param>
/// <param name="Last">The last object seen, after which the next page starts; null if the list is complete.</param>
/// <param name="Remaining">Objects after <paramref name="Last"/>; null if unknown, because a selector was given.</param>
internal sealed record ObjectPage(IReadOnlyList<StoredObject> Items, long Version, ObjectKey? Last, long? Remaining);
