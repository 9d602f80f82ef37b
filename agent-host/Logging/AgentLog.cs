using Microsoft.Extensions.Logging;

namespace Onboarding.AgentHost.Logging;

/// <summary>
/// The agent's log: one line per event on standard error, which is the journal's or the container's. It needs no configuration
/// system and no background thread, and costs an idle agent nothing.
/// </summary>
/// <param name="output">Standard error.</param>
/// <param name="format">How lines look.</param>
/// <param name="time">The clock.</param>
/// <param name="isJournal">True to begin each line with its level, for <c>journalctl -p</c>; the journal takes it off.</param>
internal sealed class AgentLog(TextWriter output, LogFormat format, TimeProvider time, bool isJournal = false) : ILoggerFactory
{
    private readonly Lock _lock = new();

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("The agent logs to standard error only.");

    public void Dispose() => output.Flush();

    private void Write(LogLevel level, EventId eventId, string message, IEnumerable<KeyValuePair<string, object?>> values, Exception? exception)
    {
        string line = format == LogFormat.Json
            ? LogLine.Json(time.GetUtcNow(), level, eventId, message, values, exception)
            : LogLine.Text(time.GetUtcNow(), level, eventId, message, exception);
        lock (_lock)
        {
            output.WriteLine(isJournal ? Priority(level) + line : line);
            output.Flush();
        }
    }

    private static string Priority(LogLevel level) => level switch
    {
        LogLevel.Warning => "<4>",
        LogLevel.Error or LogLevel.Critical => "<3>",
        _ => "<6>",
    };

    private sealed class Logger(AgentLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Information and not LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                log.Write(
                    logLevel, eventId, formatter(state, exception), state as IEnumerable<KeyValuePair<string, object?>> ?? [], exception);
            }
        }
    }
}

/// <summary>How log lines look.</summary>
internal enum LogFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>One JSON object per line.</summary>
    Json,
}
