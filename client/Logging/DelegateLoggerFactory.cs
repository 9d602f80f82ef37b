using Microsoft.Extensions.Logging;

namespace Onboarding.Client.Logging;

/// <summary>
/// Logs into a delegate of plain values. PowerShell has no Microsoft.Extensions.Logging, so its types end here: a cmdlet only
/// hands over what to do with a line.
/// </summary>
public sealed class DelegateLoggerFactory : ILoggerFactory
{
    private readonly Action<LogSeverity, string> _write;

    /// <summary>Makes one.</summary>
    /// <param name="write">Takes each line; called from any thread.</param>
    public DelegateLoggerFactory(Action<LogSeverity, string> write) => _write = write;

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new DelegateLogger(_write);

    /// <summary>Not possible: there is one place to log to.</summary>
    /// <param name="provider">Not used.</param>
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("Lines go to the delegate alone.");

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}

/// <summary>Where a line belongs in a shell.</summary>
public enum LogSeverity
{
    /// <summary>What <c>-Debug</c> shows.</summary>
    Debug = 0,

    /// <summary>What <c>-Verbose</c> shows.</summary>
    Verbose = 1,

    /// <summary>A warning. Errors are thrown, and what is logged as one is a warning to the person.</summary>
    Warning = 2,
}
