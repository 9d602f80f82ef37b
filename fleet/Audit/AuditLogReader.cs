using System.Globalization;
using System.Runtime.CompilerServices;
using Onboarding.Client.Errors;

namespace Onboarding.Fleet.Audit;

/// <summary>
/// Reads audit logs: files with those that were put aside, of several replicas, and lines of a pipe. What can't be read is told, never
/// skipped: an auditor has to know that something is missing, and an attacker who cuts lines out must not go unseen.
/// </summary>
/// <param name="tellGap">Takes what is missing, and where.</param>
public sealed class AuditLogReader(Action<string> tellGap)
{
    private int _line;
    private int _unread;
    private int _firstUnread;

    /// <summary>The files of a log, the oldest first: <c>FILE.4</c> to <c>FILE.1</c>, then <c>FILE</c>.</summary>
    /// <param name="path">The file that is written.</param>
    public IReadOnlyList<string> FilesOf(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string name = Path.GetFileName(path);
        int[] numbers = Directory.Exists(directory)
            ? [.. Directory.EnumerateFiles(directory, $"{name}.*").Select(Path.GetFileName).OfType<string>()
                // The pattern takes the file itself, too.
                .Where(f => f.Length > name.Length)
                .Select(f => int.TryParse(f[(name.Length + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : 0)
                .Where(n => n > 0).OrderDescending()]
            : [];
        foreach (int missing in Enumerable.Range(1, numbers.FirstOrDefault()).Except(numbers))
        {
            tellGap($"{path}.{missing} isn't there, and {path}.{numbers[0]} is: what it held is missing.");
        }

        return [.. numbers.Select(n => $"{path}.{n}"), path];
    }

    /// <summary>Reads a log.</summary>
    /// <param name="path">The file that is written; those that were put aside are read before it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async IAsyncEnumerable<AuditEntry> ReadAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (string file in FilesOf(path))
        {
            // A plane may be writing it.
            await using var stream = new FileStream(file, new FileStreamOptions { Share = FileShare.ReadWrite | FileShare.Delete });
            using var reader = new StreamReader(stream);
            _line = 0;
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                if (Take(line, file) is { } entry)
                {
                    yield return entry;
                }
            }

            EndOf(file);
        }
    }

    /// <summary>Takes a line of a pipe.</summary>
    /// <param name="line">The line.</param>
    /// <param name="source">Where it is from, for what is missing.</param>
    /// <returns>Null for a line that is none of the audit log.</returns>
    public AuditEntry? Take(string line, string source)
    {
        _line++;
        if (!AuditEntry.TryRead(line, out AuditEntry? entry))
        {
            _firstUnread = _unread++ == 0 ? _line : _firstUnread;
            return null;
        }

        TellUnread(source);
        if (entry is { Repeated: > 0 })
        {
            tellGap($"{source}, line {_line}: {entry.Repeated} more refusals ({entry.Reason}) of {entry.Source} have no record of their own.");
        }

        return entry;
    }

    /// <summary>The source has ended.</summary>
    /// <param name="source">Where the lines were from.</param>
    public void EndOf(string source) => TellUnread(source);

    private void TellUnread(string source)
    {
        if (_unread > 0)
        {
            tellGap($"{source}, line {_firstUnread}: {_unread} {(_unread == 1 ? "line can't" : "lines can't")} be read as audit records.");
            _unread = 0;
        }
    }

    /// <summary>The error that says what is missing.</summary>
    /// <param name="gap">What is missing, and where.</param>
    public static OnboardingException Gap(string gap) => new(
        ModuleErrorIds.AuditGap, gap, "what is missing is not in the output; see which files there are: ls -l audit.jsonl*");
}
