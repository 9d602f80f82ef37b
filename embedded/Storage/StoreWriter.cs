using System.Threading.Channels;
using Onboarding.Embedded.Json;

namespace Onboarding.Embedded.Storage;

/// <summary>
/// The only writer. Takes whatever writes are waiting into one transaction, so that many concurrent writers share one disk flush,
/// and answers each only after the commit. Changes are published in commit order, before the writes are answered: who reads its
/// own write back through a watch sees it.
/// </summary>
internal sealed class StoreWriter : IAsyncDisposable
{
    private readonly Channel<PendingWrite> _queue = Channel.CreateUnbounded<PendingWrite>(new() { SingleReader = true });
    private readonly RevisionTable _table;
    private readonly StoreOptions _options;
    private readonly Action<IReadOnlyList<Change>> _publish;
    private readonly Task _loop;
    private long _version;
    private long _cut;

    public StoreWriter(StoreOptions options, Action<IReadOnlyList<Change>> publish)
    {
        _options = options;
        _publish = publish;
        _table = new RevisionTable(DatabaseSchema.OpenWriter(options.Path));
        _version = _table.NewestVersion();
        _cut = _table.Cut();
        _loop = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>The newest committed version.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>The version up to which history is gone.</summary>
    public long Cut => Volatile.Read(ref _cut);

    public Task<IReadOnlyList<StoredObject>> WriteAsync(IReadOnlyList<StoreWrite> writes)
    {
        var pending = new PendingWrite(writes);
        return _queue.Writer.TryWrite(pending)
            ? pending.Done.Task
            : Task.FromException<IReadOnlyList<StoredObject>>(new ObjectDisposedException(nameof(StoreWriter)));
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
        _table.Dispose();
    }

    private void Run()
    {
        var batch = new List<PendingWrite>();
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            batch.Clear();
            while (batch.Count < _options.LargestBatch && _queue.Reader.TryRead(out PendingWrite? pending))
            {
                batch.Add(pending);
            }

            Commit(batch);
        }
    }

    private void Commit(List<PendingWrite> batch)
    {
        var changes = new List<Change>();
        var answers = new List<Action>();
        long version = _version;
        long cut = _cut;
        try
        {
            DatabaseSchema.Run(_table.Connection, "BEGIN IMMEDIATE");
            foreach (PendingWrite pending in batch)
            {
                answers.Add(Apply(pending, ref version, changes));
            }

            if (version - _options.KeptChanges - cut >= _options.CutEvery)
            {
                _table.CutHistory(cut, version - _options.KeptChanges);
                cut = version - _options.KeptChanges;
            }

            DatabaseSchema.Run(_table.Connection, "COMMIT");
        }
#pragma warning disable CA1031 // A full disk must fail these writes and not the loop that serves the next ones.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Fail(batch, failure);
            return;
        }

        Volatile.Write(ref _version, version);
        Volatile.Write(ref _cut, cut);
        _publish(changes);
        answers.ForEach(answer => answer());
    }

    private Action Apply(PendingWrite pending, ref long version, List<Change> changes)
    {
        var current = new StoredObject?[pending.Writes.Count];
        for (int i = 0; i < current.Length; i++)
        {
            StoreWrite write = pending.Writes[i];
            current[i] = _table.Get(write.Key);
            if ((current[i]?.Version ?? 0) != write.Expected)
            {
                var conflict = new StoreConflictException(write.Key, current[i]);
                return () => pending.Done.SetException(conflict);
            }

            if (write.Guard is { } guard && _table.Get(guard.Key) is var guarding && guarding?.Version != guard.Version)
            {
                var conflict = new StoreConflictException(guard.Key, guarding);
                return () => pending.Done.SetException(conflict);
            }
        }

        var written = new StoredObject[current.Length];
        for (int i = 0; i < current.Length; i++)
        {
            written[i] = Insert(pending.Writes[i], current[i], ++version);
            changes.Add(new Change(written[i], current[i]));
        }

        return () => pending.Done.SetResult(written);
    }

    private StoredObject Insert(StoreWrite write, StoredObject? current, long version)
    {
        write.Object.Metadata()["resourceVersion"] = version.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var revision = new StoredObject(
            write.Key, version, current?.Created ?? version, write.Delete, JsonText.Bytes(write.Object));
        _table.Insert(revision, current?.Version ?? 0);
        return revision;
    }

    private void Fail(List<PendingWrite> batch, Exception failure)
    {
        try
        {
            DatabaseSchema.Run(_table.Connection, "ROLLBACK");
        }
        catch (Microsoft.Data.Sqlite.SqliteException)
        {
            // SQLite has already rolled the transaction back, as it does when the disk is full.
        }

        foreach (PendingWrite pending in batch)
        {
            pending.Done.TrySetException(new IOException($"The write was not stored: {failure.Message}", failure));
        }
    }
}

/// <summary>Settings of a store.</summary>
internal sealed record StoreOptions(string Path)
{
    /// <summary>Changes that a watch can resume over; older ones are answered with 410.</summary>
    public int KeptChanges { get; init; } = 10_000;

    /// <summary>History is cut whenever it is this much longer than <see cref="KeptChanges"/>.</summary>
    public int CutEvery { get; init; } = 2_000;

    /// <summary>Most writes in one transaction.</summary>
    public int LargestBatch { get; init; } = 256;
}
