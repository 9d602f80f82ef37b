using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;
using Onboarding.Client.Native;

namespace Onboarding.Client.Sidecar;

/// <summary>
/// What a sidecar writes: kept small, and quoted where the sidecar fails. Its writers hold the files open, and go on when the agent is
/// killed: a pipe to the agent would end them, and renamed files would be written to for ever. So a full file is copied and cut.
/// </summary>
/// <param name="find">Says which files they are now.</param>
internal sealed partial class SidecarLog(Func<IReadOnlyList<SidecarLogFile>> find)
{
    /// <summary>How large a file may become, in bytes, before it is rotated.</summary>
    public const long LargestFile = 10 * 1024 * 1024;

    /// <summary>How many former files are kept beside each: <c>sidecar.log.1</c> is the newest.</summary>
    public const int Generations = 3;

    private const int QuotedLines = 4;
    private const int QuotedCharacters = 600;
    private const int LongestTail = 64 * 1024;
    private readonly Dictionary<string, long> _begins = [];

    /// <summary>True if there is a file that the agent keeps small.</summary>
    public bool IsRotated => find().Any(f => f.IsRotated);

    /// <summary>A start follows: what is there already is of runs before, and won't be quoted.</summary>
    public void Mark()
    {
        foreach (SidecarLogFile file in find())
        {
            _begins[file.Path] = Read(file.Path, handle => RandomAccess.GetLength(handle));
        }
    }

    /// <summary>
    /// The last lines that tell of a problem, or the last lines where none does; on one line, bounded, and without what could be a
    /// credential or an instruction to a terminal.
    /// </summary>
    public string LastWords()
    {
        string[] lines = [.. find().SelectMany(file => Tail(file.Path).Split('\n')).Select(Clean).Where(line => line.Length > 0)];
        string[] problems = [.. lines.Where(line => Problem().IsMatch(line))];
        string[] shown = [.. (problems.Length > 0 ? problems : lines).Distinct().TakeLast(QuotedLines)];
        string text = string.Join(" | ", shown);
        return text.Length > QuotedCharacters ? "…" + text[^QuotedCharacters..] : text;
    }

    /// <summary>Rotates the files that have become too large.</summary>
    /// <exception cref="IOException">One can't be rotated; it is cut all the same, so that it doesn't fill the disk.</exception>
    public void Rotate()
    {
        foreach (SidecarLogFile file in find().Where(f => f.IsRotated))
        {
            Rotate(file.Path);
        }
    }

    private static void Rotate(string path)
    {
        // The sidecar's user owns the directory of Istio's log, and could have planted a link there, or another name of a file of root's:
        // root would copy that to where the sidecar's user can read it, and then empty it.
        using DirectoryHandle? directory = DirectoryHandle.Find("/", Path.GetDirectoryName(path)!);
        string name = Path.GetFileName(path);
        using SafeFileHandle? file = directory?.Look(name) is { IsRegularFile: true, Links: 1, Size: > (ulong)LargestFile }
            ? directory.Open(name, LibC.OpenReadWrite)
            : null;
        if (file is null || SecureFiles.Look(file) is not { Links: 1 } facts)
        {
            return;
        }

        try
        {
            for (int i = Generations - 1; i >= 1; i--)
            {
                directory!.Rename($"{name}.{i}", $"{name}.{i + 1}");
            }

            directory!.Write(
                $"{name}.1", FileModes.Secret, LibC.EffectiveUserId() == 0 ? (facts.UserId, uint.MaxValue) : null, copy => Copy(file, copy));
        }
        finally
        {
            // Lines that are written between copy and cut are lost; a disk that is full would lose more.
            RandomAccess.SetLength(file, 0);
        }
    }

    private static void Copy(SafeFileHandle from, SafeFileHandle to)
    {
        byte[] buffer = new byte[64 * 1024];
        long length = RandomAccess.GetLength(from);
        for (long at = 0; at < length;)
        {
            int read = RandomAccess.Read(from, buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - at)), at);
            if (read == 0)
            {
                return;
            }

            RandomAccess.Write(to, buffer.AsSpan(0, read), at);
            at += read;
        }
    }

    private string Tail(string path) => Read(path, handle =>
    {
        long length = RandomAccess.GetLength(handle);
        long marked = _begins.GetValueOrDefault(path);
        // Shorter than at the start: it was cut meanwhile, and all of it is of this run.
        long begin = Math.Max(marked <= length ? marked : 0, length - LongestTail);
        byte[] content = new byte[length - begin];
        return Encoding.UTF8.GetString(content, 0, RandomAccess.Read(handle, content, begin));
    }) ?? "";

    // What can't be read isn't quoted: it is told beside another failure, which mustn't get lost by it.
    private static T? Read<T>(string path, Func<SafeFileHandle, T> read)
    {
        try
        {
            using DirectoryHandle? directory = DirectoryHandle.Find("/", Path.GetDirectoryName(path)!);
            using SafeFileHandle? file = directory?.Open(Path.GetFileName(path));
            return file is not null && SecureFiles.Look(file).Links == 1 ? read(file) : default;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }

    private static string Clean(string line) => Secret().Replace(Unprintable().Replace(line, " ").Trim(), "[redacted]");

    // Levels as pilot-agent and Envoy write them, and what other programs use.
    [GeneratedRegex(@"\b(warn|warning|error|critical|fatal|panic)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Problem();

    [GeneratedRegex(@"[\s\p{C}]+")]
    private static partial Regex Unprintable();

    // JWTs and the base64 of keys. Shorter ones are names and paths, without which a line explains nothing.
    [GeneratedRegex(@"eyJ[A-Za-z0-9_=.-]+|[A-Za-z0-9+/=_]{44,}")]
    private static partial Regex Secret();
}

/// <summary>A file that a sidecar's output goes to.</summary>
/// <param name="Path">The file.</param>
/// <param name="IsRotated">True if the agent keeps it small; an administrator's own file is the administrator's business.</param>
internal sealed record SidecarLogFile(string Path, bool IsRotated)
{
    /// <summary>The agent's own, in the workload's part of the state directory.</summary>
    public const string OwnName = "sidecar.log";
}
