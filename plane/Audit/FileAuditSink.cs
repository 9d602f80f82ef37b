using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Channels;

namespace Onboarding.Plane.Audit;

/// <summary>
/// Appends audit lines to a file. One writer for all callers: a decision doesn't wait for the disk, lines never mix, and a full
/// disk is logged instead of stopping joins. Records are chained (<see cref="AuditChain"/>), over restarts and the files that are put aside, too.
/// </summary>
internal sealed partial class FileAuditSink : IAuditSink, IAsyncDisposable
{
    /// <summary>Largest size of a file, unless told otherwise: 64 MiB.</summary>
    public const long DefaultBytes = 64L << 20;

    /// <summary>How many files are kept besides the one that is written, unless told otherwise.</summary>
    public const int DefaultKept = 4;

    // Enough for a mass boot; what comes beyond goes to the ordinary log, so that no decision goes unrecorded.
    private const int Capacity = 10_000;

    // How many lines are written at once.
    private const int MostAtOnce = 1_000;

    private readonly Channel<string> _lines = Channel.CreateBounded<string>(Capacity);
    private readonly string _path;
    private readonly long _mostBytes;
    private readonly int _kept;
    private FileStream _file;
    private readonly ILogger _logger;
    private readonly Task _pump;
    private AuditChain _chain;
    private bool _isBroken;
    private bool _isMoved;
    private PosixSignalRegistration? _hangUp;

    /// <summary>Opens the file for appending, readable by its owner alone.</summary>
    /// <param name="path">The file.</param>
    /// <param name="logger">Takes what can't be written to it.</param>
    /// <param name="mostBytes">A file that would grow beyond is put aside as <c>path.1</c>, the one before as <c>path.2</c>, and so on.</param>
    /// <param name="kept">How many are kept besides the one that is written; older ones are deleted.</param>
    public FileAuditSink(string path, ILogger<FileAuditSink> logger, long mostBytes = DefaultBytes, int kept = DefaultKept)
    {
        _path = path;
        _mostBytes = mostBytes;
        _kept = kept;
        _isBroken = !EndsWithNewline(path);
        _chain = AuditChain.AtEndOf(path) ?? AuditChain.AtEndOf($"{path}.1") ?? AuditChain.Beginning;
        _file = Open(path);
        _logger = logger;
        _pump = Task.Run(PumpAsync);
    }

    /// <summary>Opens the file again at SIGHUP: another program (logrotate) has put it aside.</summary>
    public void ReopenOnHangUp() => _hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
    {
        signal.Cancel = true;
        Reopen();
    });

    /// <summary>Opens the file again before the next record.</summary>
    public void Reopen() => Volatile.Write(ref _isMoved, true);

    public void Write(string line)
    {
        if (!_lines.Writer.TryWrite(line))
        {
            LogBacklog(_logger, line);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _hangUp?.Dispose();
        _lines.Writer.TryComplete();
        await _pump;
        await _file.DisposeAsync();
    }

    private async Task PumpAsync()
    {
        var batch = new List<string>();
        while (await _lines.Reader.WaitToReadAsync())
        {
            while (batch.Count < MostAtOnce && _lines.Reader.TryRead(out string? line))
            {
                batch.Add(line);
            }

            await WriteAsync(batch);
            batch.Clear();
        }
    }

    private static FileStream Open(string path)
    {
        // Without a buffer: what a write didn't fail for is in the file, and what it failed for is known.
        var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    // A record that a crash cut off must not take the next one with it.
    private static bool EndsWithNewline(string path)
    {
        if (!File.Exists(path))
        {
            return true;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        if (!file.CanSeek || file.Length == 0)
        {
            return true;
        }

        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() == '\n';
    }

    // Of a batch that failed some records may be in the file: the next one follows the last of them.
    private AuditChain? Written()
    {
        try
        {
            return AuditChain.AtEndOf(_path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Puts the file aside. If that can't be, lines go on being written to it: a record beyond the ceiling is better than none.</summary>
    private async Task RotateAsync()
    {
        try
        {
            File.Delete($"{_path}.{_kept}");
            for (int i = _kept - 1; i > 0; i--)
            {
                if (File.Exists($"{_path}.{i}"))
                {
                    File.Move($"{_path}.{i}", $"{_path}.{i + 1}");
                }
            }

            File.Move(_path, $"{_path}.1");
            FileStream next = Open(_path);
            await _file.DisposeAsync();
            _file = next;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotRotated(_logger, _path, e.Message);
        }
    }

    /// <summary>Writes lines; those that can't be written go to the log, each of them. Never throws.</summary>
    private async Task WriteAsync(List<string> lines)
    {
        try
        {
            // After a write that failed in the middle of a line the next one must not be appended to that.
            AuditChain chain = _chain;
            var text = new StringBuilder(_isBroken ? "\n" : "");
            foreach (string record in lines)
            {
                chain = chain.Append(record, out string line);
                text.Append(line).Append('\n');
            }

            byte[] bytes = Encoding.UTF8.GetBytes(text.ToString());
            if (Volatile.Read(ref _isMoved))
            {
                FileStream reopened = Open(_path);
                await _file.DisposeAsync();
                _file = reopened;
                Volatile.Write(ref _isMoved, false);
            }

            if (_file.CanSeek && _file.Length > 0 && _file.Length + bytes.Length > _mostBytes)
            {
                await RotateAsync();
            }

            await _file.WriteAsync(bytes);
            _isBroken = false;
            _chain = chain;
        }
#pragma warning disable CA1031 // whatever it is: the lines that come after these must be written too
        catch (Exception e)
#pragma warning restore CA1031
        {
            _isBroken = true;
            _chain = Written() ?? _chain;
            foreach (string line in lines)
            {
                LogWriteFailed(_logger, e.Message, line);
            }
        }
    }

    [LoggerMessage(4501, LogLevel.Error, "An audit line can't be written to the audit log ({Problem}); here it is instead: {Line}")]
    private static partial void LogWriteFailed(ILogger logger, string problem, string line);

    [LoggerMessage(4503, LogLevel.Error, "The audit log {Path} is full, and can't be put aside: {Problem} It grows on. Next: ls -l {Path}*")]
    private static partial void LogNotRotated(ILogger logger, string path, string problem);

    [LoggerMessage(4502, LogLevel.Warning, "The audit log can't keep up; a line goes here instead: {Line}")]
    private static partial void LogBacklog(ILogger logger, string line);
}
