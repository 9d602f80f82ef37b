using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Onboarding.Api;

namespace Onboarding.Plane.Hosting;

/// <summary>
/// A line for each entry, of which no part talks to a terminal: a subject, a label or an answer of another program that is in it was
/// written by others. An exception's text follows on lines of its own, each cleaned.
/// </summary>
internal sealed class PlainConsole(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    /// <summary>Its name.</summary>
    public const string FormatterName = "plain";

    /// <inheritdoc/>
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        string message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        string at = time.GetLocalNow().ToString("HH:mm:ss.fff ", CultureInfo.InvariantCulture);
        textWriter.WriteLine($"{at}{Short(logEntry.LogLevel)}: {logEntry.Category}[{logEntry.EventId.Id}] {ForeignText.Clean(message)}");
        foreach (string line in (logEntry.Exception?.ToString() ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            textWriter.WriteLine($"      {ForeignText.Clean(line.TrimEnd('\r'))}");
        }
    }

    private static string Short(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };
}
