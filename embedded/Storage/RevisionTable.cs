using Microsoft.Data.Sqlite;

namespace Onboarding.Embedded.Storage;

/// <summary>The statements one connection runs on the revision table, prepared once.</summary>
internal sealed class RevisionTable : IDisposable
{
    private const string Columns = "version, resource, namespace, name, created, deleted, object";

    private readonly SqliteCommand _newest;
    private readonly SqliteCommand _at;
    private readonly SqliteCommand _insert;

    public RevisionTable(SqliteConnection connection)
    {
        Connection = connection;
        _newest = Prepare(
            $"SELECT {Columns} FROM revision WHERE resource = $r AND namespace = $s AND name = $n ORDER BY version DESC LIMIT 1",
            "$r", "$s", "$n");
        _at = Prepare($"SELECT {Columns} FROM revision WHERE version = $v", "$v");
        _insert = Prepare(
            "INSERT INTO revision (version, resource, namespace, name, created, previous, deleted, object) " +
            "VALUES ($v, $r, $s, $n, $c, $p, $d, $o)",
            "$v", "$r", "$s", "$n", "$c", "$p", "$d", "$o");
    }

    public SqliteConnection Connection { get; }

    /// <summary>The object as it is now; null if it doesn't exist.</summary>
    public StoredObject? Get(ObjectKey key)
    {
        Set(_newest, key.Resource, key.Namespace, key.Name);
        using SqliteDataReader reader = _newest.ExecuteReader();
        return reader.Read() && Read(reader) is { Deleted: false } found ? found : null;
    }

    public StoredObject? GetRevision(long version)
    {
        Set(_at, version);
        using SqliteDataReader reader = _at.ExecuteReader();
        return reader.Read() ? Read(reader) : null;
    }

    public void Insert(StoredObject revision, long previous)
    {
        Set(
            _insert, revision.Version, revision.Key.Resource, revision.Key.Namespace, revision.Key.Name, revision.Created, previous,
            revision.Deleted ? 1L : 0L, revision.Json);
        _insert.ExecuteNonQuery();
    }

    /// <summary>The newest version; 0 in an empty database. Cutting history never removes the newest revision.</summary>
    public long NewestVersion() => Scalar("SELECT COALESCE(MAX(version), 0) FROM revision");

    /// <summary>The version up to which history is gone.</summary>
    public long Cut() => Scalar("SELECT cut FROM history");

    /// <summary>Objects of a snapshot in the order of namespace and name, read lazily.</summary>
    public IEnumerable<StoredObject> Snapshot(ListQuery query, long at)
    {
        using SqliteCommand command = Connection.CreateCommand();
        command.CommandText = $"""
            SELECT {Columns} FROM revision WHERE version IN (
                SELECT MAX(version) FROM revision
                WHERE resource = $r AND ($s IS NULL OR namespace = $s) AND ($n IS NULL OR name = $n) AND version <= $at
                    AND ($as IS NULL OR (namespace, name) > ($as, $an))
                GROUP BY namespace, name)
            AND deleted = 0 ORDER BY namespace, name
            """;
        command.Parameters.AddWithValue("$r", query.Resource);
        command.Parameters.AddWithValue("$s", (object?)query.Namespace ?? DBNull.Value);
        command.Parameters.AddWithValue("$n", (object?)query.Name ?? DBNull.Value);
        command.Parameters.AddWithValue("$at", at);
        command.Parameters.AddWithValue("$as", (object?)query.After?.Namespace ?? DBNull.Value);
        command.Parameters.AddWithValue("$an", (object?)query.After?.Name ?? DBNull.Value);
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            yield return Read(reader);
        }
    }

    /// <summary>Every object there is.</summary>
    public IEnumerable<StoredObject> Everything()
    {
        using SqliteCommand command = Connection.CreateCommand();
        command.CommandText = $"""
            SELECT {Columns} FROM revision WHERE version IN (
                SELECT MAX(version) FROM revision GROUP BY resource, namespace, name)
            AND deleted = 0
            """;
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            yield return Read(reader);
        }
    }

    /// <summary>The first changes of a resource after one version, up to and with another, with the state before each.</summary>
    public List<Change> Changes(string resource, long after, long until, int most)
    {
        var changes = new List<(StoredObject Object, long Previous)>();
        using (SqliteCommand command = Connection.CreateCommand())
        {
            command.CommandText =
                $"SELECT {Columns}, previous FROM revision WHERE version > $a AND version <= $u AND resource = $r ORDER BY version LIMIT $m";
            command.Parameters.AddWithValue("$a", after);
            command.Parameters.AddWithValue("$u", until);
            command.Parameters.AddWithValue("$r", resource);
            command.Parameters.AddWithValue("$m", most);
            using SqliteDataReader reader = command.ExecuteReader();
            while (reader.Read())
            {
                changes.Add((Read(reader), reader.GetInt64(7)));
            }
        }

        return [.. changes.Select(c => new Change(c.Object, c.Previous == 0 ? null : GetRevision(c.Previous)))];
    }

    /// <summary>
    /// Forgets what lies before a version. Only revisions between the last cut and this one can have superseded anything, so the
    /// work is proportional to what happened since, not to the size of the database.
    /// </summary>
    public void CutHistory(long from, long to)
    {
        using SqliteCommand command = Connection.CreateCommand();
        command.CommandText = """
            DELETE FROM revision WHERE version IN (
                SELECT older.version FROM revision AS newer JOIN revision AS older
                ON older.resource = newer.resource AND older.namespace = newer.namespace AND older.name = newer.name
                    AND older.version < newer.version
                WHERE newer.version > $from AND newer.version <= $to);
            DELETE FROM revision WHERE version > $from AND version <= $to AND deleted = 1;
            UPDATE history SET cut = $to;
            """;
        command.Parameters.AddWithValue("$from", from);
        command.Parameters.AddWithValue("$to", to);
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        _newest.Dispose();
        _at.Dispose();
        _insert.Dispose();
        Connection.Dispose();
    }

    private static StoredObject Read(SqliteDataReader reader) => new(
        new ObjectKey(reader.GetString(1), reader.GetString(2), reader.GetString(3)),
        reader.GetInt64(0),
        reader.GetInt64(4),
        reader.GetInt64(5) != 0,
        (byte[])reader.GetValue(6));

    private static void Set(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }
    }

    private SqliteCommand Prepare(string sql, params ReadOnlySpan<string> parameters)
    {
        SqliteCommand command = Connection.CreateCommand();
#pragma warning disable CA2100 // Every caller passes a constant.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (string parameter in parameters)
        {
            command.Parameters.Add(new SqliteParameter(parameter, null));
        }

        return command;
    }

    private long Scalar(string sql)
    {
        using SqliteCommand command = Connection.CreateCommand();
#pragma warning disable CA2100 // Every caller passes a constant.
        command.CommandText = sql;
#pragma warning restore CA2100
        return (long)command.ExecuteScalar()!;
    }
}
