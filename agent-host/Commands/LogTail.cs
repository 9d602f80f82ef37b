using System.Text;
using Onboarding.Api;

namespace Onboarding.AgentHost.Commands;

/// <summary>Reads the end of a log file, and what is appended to it from then on.</summary>
internal sealed class LogTail(string path)
{
    // No file is larger but those of an administrator; no one reads more lines in a terminal.
    private const int Longest = 16 * 1024 * 1024;
    private long _position;
    private string _rest = "";

    /// <summary>Its last lines, fit for a terminal.</summary>
    /// <param name="count">How many at most.</param>
    /// <exception cref="IOException">It can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public IReadOnlyList<string> Last(int count)
    {
        string[] lines = [.. More(), .. _rest.Length > 0 ? new[] { Printable(_rest) } : []];
        _rest = "";
        return lines[Math.Max(0, lines.Length - count)..];
    }

    /// <summary>The lines that were completed since the last look.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public IReadOnlyList<string> More()
    {
        if (!File.Exists(path))
        {
            return [];
        }

        // Anyone who writes it goes on writing, and cuts it meanwhile.
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        long length = file.Length;
        if (length < _position)
        {
            (_position, _rest) = (0, "");
        }

        _position = Math.Max(_position, length - Longest);
        file.Position = _position;
        byte[] fresh = new byte[length - _position];
        int read = file.ReadAtLeast(fresh, fresh.Length, throwOnEndOfStream: false);
        _position += read;
        string[] lines = (_rest + Encoding.UTF8.GetString(fresh, 0, read)).Split('\n');
        _rest = lines[^1];
        return [.. lines.SkipLast(1).Select(Printable)];
    }

    // Escape sequences in a log are instructions to the terminal of anyone who reads it.
    private static string Printable(string line) => string.Create(
        line.TrimEnd('\r').Length,
        line,
        static (text, from) =>
        {
            for (int i = 0; i < text.Length; i++)
            {
                text[i] = ForeignText.IsInstruction(from[i]) && from[i] != '\t' ? ForeignText.Replacement : from[i];
            }
        });
}
