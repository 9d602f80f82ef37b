namespace Onboarding.Plane.Audit;

/// <summary>Where audit lines go.</summary>
internal interface IAuditSink
{
    /// <summary>Takes one line of JSON, without a newline.</summary>
    void Write(string line);
}

/// <summary>Writes audit lines to the log, under a category of their own.</summary>
internal sealed partial class LogAuditSink(ILoggerFactory loggers) : IAuditSink
{
    /// <summary>The log category.</summary>
    public const string Category = "Onboarding.Audit";

    private readonly ILogger _logger = loggers.CreateLogger(Category);

    public void Write(string line) => LogDecision(_logger, line);

    [LoggerMessage(4500, LogLevel.Information, "{Decision}")]
    private static partial void LogDecision(ILogger logger, string decision);
}
