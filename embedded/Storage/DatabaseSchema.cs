using Microsoft.Data.Sqlite;

namespace Onboarding.Embedded.Storage;

/// <summary>
/// The database: one append-only table of revisions, from which both the present (newest revision per object) and every kept
/// past can be read, and one row that remembers how far history has been cut.
/// </summary>
internal static class DatabaseSchema
{
    /// <summary>Opens a connection for the one writer and creates what is missing.</summary>
    public static SqliteConnection OpenWriter(string path)
    {
        SqliteConnection connection = Open(path);
        // FULL: an answered write is on the disk, even if power fails right after. WAL: readers never wait for it.
        Run(connection, """
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            CREATE TABLE IF NOT EXISTS revision (
                version INTEGER PRIMARY KEY,
                resource TEXT NOT NULL,
                namespace TEXT NOT NULL,
                name TEXT NOT NULL,
                created INTEGER NOT NULL,
                previous INTEGER NOT NULL,
                deleted INTEGER NOT NULL,
                object BLOB NOT NULL
            );
            CREATE INDEX IF NOT EXISTS revision_by_object ON revision (resource, namespace, name, version, deleted);
            CREATE TABLE IF NOT EXISTS history (only INTEGER PRIMARY KEY CHECK (only = 1), cut INTEGER NOT NULL);
            INSERT OR IGNORE INTO history VALUES (1, 0);
            """);
        return connection;
    }

    public static SqliteConnection OpenReader(string path)
    {
        SqliteConnection connection = Open(path);
        Run(connection, "PRAGMA query_only = ON;");
        return connection;
    }

    public static void Run(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Every caller passes a constant.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 30 }.ToString());
        connection.Open();
        return connection;
    }
}
