using System.Text;

namespace Onboarding.Laptop.Planes;

/// <summary>
/// What an endpoint says on standard error: kept in a file, told to anyone who listens, and the last line remembered. The file has a
/// ceiling: at half of it the older half is what is in the file of before.
/// </summary>
internal sealed class EndpointLog
{
    /// <summary>Bytes of both files together, at most.</summary>
    public const long Ceiling = 20 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Action<string> _tell;
    private readonly long _half;
    private long _length;

    /// <summary>Begins a file; that of a run before is removed.</summary>
    /// <param name="file">The file.</param>
    /// <param name="tell">Takes each line.</param>
    /// <param name="ceiling">Bytes of both files together.</param>
    public EndpointLog(string file, Action<string> tell, long ceiling = Ceiling)
    {
        File = file;
        _tell = tell;
        _half = ceiling / 2;
        System.IO.File.WriteAllText(file, "");
        System.IO.File.Delete(BeforeOf(file));
    }

    public string File { get; }

    /// <summary>The last line; empty if it said nothing.</summary>
    public string LastLine { get; private set; } = "";

    /// <summary>Where the older lines of a log are.</summary>
    public static string BeforeOf(string file) => $"{file}.1";

    public void Add(string line)
    {
        lock (_lock)
        {
            LastLine = line.Trim().Length == 0 ? LastLine : line.Trim();
            try
            {
                Append($"{line}\n");
            }
            catch (IOException)
            {
                // A full disk, or a directory that was removed, is no reason to lose the endpoint.
            }
        }

        _tell(line);
    }

    private void Append(string text)
    {
        int bytes = Encoding.UTF8.GetByteCount(text);
        if (_length > 0 && _length + bytes > _half)
        {
            System.IO.File.Move(File, BeforeOf(File), overwrite: true);
            _length = 0;
        }

        System.IO.File.AppendAllText(File, text);
        _length += bytes;
    }
}
