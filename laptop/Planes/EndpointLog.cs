using System.Text;

namespace Onboarding.Laptop.Planes;

/// <summary>
/// What an endpoint says on standard error: kept in a file, told to anyone who listens, and the last line remembered. The file has a
/// ceiling: at half of it the older half is what is in the file of before. Until it is known whose directory it is, lines wait in memory: a
/// start that is refused must not take the log of the plane that runs there.
/// </summary>
internal sealed class EndpointLog
{
    /// <summary>Bytes of both files together, at most.</summary>
    public const long Ceiling = 20 * 1024 * 1024;

    // A refusal is a line; what says more has started.
    private const int MostWaiting = 1_000;

    private readonly Lock _lock = new();
    private readonly Action<string> _tell;
    private readonly long _half;
    private List<string>? _waiting = [];
    private long _length;

    /// <summary>Makes one; nothing is written yet.</summary>
    /// <param name="file">The file.</param>
    /// <param name="tell">Takes each line.</param>
    /// <param name="ceiling">Bytes of both files together.</param>
    public EndpointLog(string file, Action<string> tell, long ceiling = Ceiling)
    {
        File = file;
        _tell = tell;
        _half = ceiling / 2;
    }

    public string File { get; }

    /// <summary>The last line; empty if it said nothing.</summary>
    public string LastLine { get; private set; } = "";

    /// <summary>Where the older lines of a log are.</summary>
    public static string BeforeOf(string file) => $"{file}.1";

    /// <summary>Begins the file, with what was said so far; that of a run before is removed.</summary>
    public void Keep()
    {
        lock (_lock)
        {
            if (_waiting is not { } waiting)
            {
                return;
            }

            _waiting = null;
            Try(() =>
            {
                System.IO.File.WriteAllText(File, "");
                System.IO.File.Delete(BeforeOf(File));
            });
            waiting.ForEach(line => Try(() => Append($"{line}\n")));
        }
    }

    public void Add(string line)
    {
        lock (_lock)
        {
            LastLine = line.Trim().Length == 0 ? LastLine : line.Trim();
            if (_waiting is not null)
            {
                _waiting.Add(line);
                if (_waiting.Count > MostWaiting)
                {
                    Keep();
                }
            }
            else
            {
                Try(() => Append($"{line}\n"));
            }
        }

        _tell(line);
    }

    // A full disk, or a directory that was removed, is no reason to lose the endpoint.
    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (IOException)
        {
        }
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
