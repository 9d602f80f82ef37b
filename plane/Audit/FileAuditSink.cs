using System.Text;
using System.Threading.Channels;

namespace Onboarding.Plane.Audit;

/// <summary>
/// Appends audit lines to a file. One writer for all callers: a decision doesn't wait for the disk, lines never mix, and a full
/// disk is logged instead of stopping joins.
/// </summary>
internal sealed partial class FileAuditSink : IAuditSink, IAsyncDisposable
{
    // Enough for a mass boot; what comes beyond goes to the ordinary log, so that no decision goes unrecorded.
    private const int Capacity = 10_000;

    // How many lines are written at once.
    private const int MostAtOnce = 1_000;

    private readonly Channel<string> _lines = Channel.CreateBounded<string>(Capacity);
    private readonly FileStream _file;
    private readonly ILogger _logger;
    private readonly Task _pump;
    private bool _isBroken;

    /// <summary>Opens the file for appending, readable by its owner alone.</summary>
    public FileAuditSink(string path, ILogger<FileAuditSink> logger)
    {
        // Without a buffer: what a write didn't fail for is in the file, and what it failed for is known.
        var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        _file = new FileStream(path, options);
        _logger = logger;
        _pump = Task.Run(PumpAsync);
    }

    public void Write(string line)
    {
        if (!_lines.Writer.TryWrite(line))
        {
            LogBacklog(_logger, line);
        }
    }

    public async ValueTask DisposeAsync()
    {
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

    /// <summary>Writes lines; those that can't be written go to the log, each of them. Never throws.</summary>
    private async Task WriteAsync(List<string> lines)
    {
        try
        {
            // After a write that failed in the middle of a line the next one must not be appended to that.
            string text = (_isBroken ? "\n" : "") + string.Join('\n', lines) + "\n";
            await _file.WriteAsync(Encoding.UTF8.GetBytes(text));
            _isBroken = false;
        }
#pragma warning disable CA1031 // whatever it is: the lines that come after these must be written too
        catch (Exception e)
#pragma warning restore CA1031
        {
            _isBroken = true;
            foreach (string line in lines)
            {
                LogWriteFailed(_logger, e.Message, line);
            }
        }
    }

    [LoggerMessage(4501, LogLevel.Error, "An audit line can't be written to the audit log ({Problem}); here it is instead: {Line}")]
    private static partial void LogWriteFailed(ILogger logger, string problem, string line);

    [LoggerMessage(4502, LogLevel.Warning, "The audit log can't keep up; a line goes here instead: {Line}")]
    private static partial void LogBacklog(ILogger logger, string line);
}
