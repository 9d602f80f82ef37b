using System.Security.Cryptography;
using System.Text;

namespace Onboarding.Plane.Audit;

/// <summary>
/// Chains the records of a file: each ends with a hash of itself and of the one before. Attack: an intruder edits or takes out the records of
/// what they did. They would have to write every later record again, and the hash that was noted elsewhere would still not match.
/// </summary>
/// <param name="Last">Hash of the last record, hex.</param>
internal readonly record struct AuditChain(string Last)
{
    private const string Before = ",\"chain\":\"";
    private const string After = "\"}";
    private const int HashLength = 64;
    private static readonly int TailLength = Before.Length + HashLength + After.Length;

    /// <summary>A chain that has no record yet.</summary>
    public static readonly AuditChain Beginning = new(new string('0', HashLength));

    /// <summary>Adds a record.</summary>
    /// <param name="record">The record: a JSON object that has a member.</param>
    /// <param name="line">The record as it is written.</param>
    /// <returns>The chain with it.</returns>
    public AuditChain Append(string record, out string line)
    {
        AuditChain next = Follow(record);
        line = string.Concat(record.AsSpan(0, record.Length - 1), Before, next.Last, After);
        return next;
    }

    /// <summary>What the chain is after a record.</summary>
    public AuditChain Follow(string record) => new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Last}\n{record}"))));

    /// <summary>Takes a written line apart; null if it isn't a whole record of a chain.</summary>
    public static (string Record, AuditChain After)? Split(string line)
    {
        if (line.Length <= TailLength || line[0] != '{' || !line.EndsWith(After, StringComparison.Ordinal)
            || !line.AsSpan(line.Length - TailLength).StartsWith(Before, StringComparison.Ordinal))
        {
            return null;
        }

        string hash = line.Substring(line.Length - HashLength - After.Length, HashLength);
        return hash.All(char.IsAsciiHexDigitLower) ? (line[..^TailLength] + "}", new AuditChain(hash)) : null;
    }

    /// <summary>The chain that a file ends with; null if no record of a chain is in it.</summary>
    /// <param name="path">The file; it may be missing.</param>
    /// <exception cref="IOException">It can't be read.</exception>
    public static AuditChain? AtEndOf(string path)
    {
        // A record is a few KiB. What is longer isn't ours.
        const int Most = 1 << 20;
        if (!File.Exists(path))
        {
            return null;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (!file.CanSeek || file.Length == 0)
        {
            return null;
        }

        // As much as it has: a device never ends.
        var end = new byte[Math.Min(file.Length, Most)];
        file.Seek(-end.Length, SeekOrigin.End);
        int read = file.ReadAtLeast(end, end.Length, throwOnEndOfStream: false);
        return Encoding.UTF8.GetString(end, 0, read).Split('\n').Select(Split).LastOrDefault(s => s is not null)?.After;
    }
}
