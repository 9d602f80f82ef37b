using System.Text;
using System.Threading.Channels;

namespace Onboarding.Endpoint.Audit;

/// <summary>
/// Appends audit lines to a file. One writer for all callers: a decision doesn't wait for the disk, lines never mix, and a full
/// disk is logged instead of stopping joins.
/// </summary>
internal sealed partial class FileAuditSink : IAuditSink, IAsyncDisposable
{
    // Enough for a mass boot; what comes beyond goes to the ordinary log, so that no decision goes unrecorded.
    private const int Capacity = 10_000;

    private readonly Channel<string> _lines = Channel.CreateBounded<string>(Capacity);
    private readonly StreamWriter _writer;
    private readonly ILogger _logger;
    private readonly Task _pump;

    /// <summary>Opens the file for appending, readable by its owner alone.</summary>
    public FileAuditSink(string path, ILogger<FileAuditSink> logger)
    {
        var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        _writer = new StreamWriter(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), options);
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
        await _writer.DisposeAsync();
    }

    private async Task PumpAsync()
    {
        await foreach (string line in _lines.Reader.ReadAllAsync())
        {
            try
            {
                await _writer.WriteAsync(line + "\n");
                if (!_lines.Reader.TryPeek(out _))
                {
                    await _writer.FlushAsync();
                }
            }
            catch (IOException e)
            {
                LogWriteFailed(_logger, e, line);
            }
        }
    }

    [LoggerMessage(4501, LogLevel.Error, "An audit line can't be written to the audit log; here it is instead: {Line}")]
    private static partial void LogWriteFailed(ILogger logger, Exception exception, string line);

    [LoggerMessage(4502, LogLevel.Warning, "The audit log can't keep up; a line goes here instead: {Line}")]
    private static partial void LogBacklog(ILogger logger, string line);
}
