using Microsoft.Extensions.Logging;
using Onboarding.Api;

namespace Onboarding.Client.Logging;

/// <summary>A logger of <see cref="DelegateLoggerFactory"/>.</summary>
internal sealed class DelegateLogger(Action<LogSeverity, string> write) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Debug and < LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            string text = formatter(state, exception);

            // API servers, planes, plugins and files have a say in it.
            write(SeverityOf(logLevel), ForeignText.CleanLines(exception is null ? text : $"{text}: {exception.Message}"));
        }
    }

    private static LogSeverity SeverityOf(LogLevel level) => level switch
    {
        LogLevel.Debug => LogSeverity.Debug,
        LogLevel.Information => LogSeverity.Verbose,
        _ => LogSeverity.Warning,
    };
}
