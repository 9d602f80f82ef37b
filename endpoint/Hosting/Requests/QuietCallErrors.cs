namespace Onboarding.Endpoint.Hosting.Requests;

/// <summary>
/// Writes what gRPC's server says about single calls at level Debug. It logs broken frames, unreadable messages and calls that hang up as
/// errors with a stack trace, so that anyone who reaches the port could fill the log. Faults of a server's own methods are for the server to
/// log (<c>MethodFaults</c>).
/// </summary>
internal sealed class QuietCallErrors(ILoggerFactory loggers) : ILoggerFactory
{
    private const string CallHandler = "Grpc.AspNetCore.Server.ServerCallHandler";

    public ILogger CreateLogger(string categoryName) =>
        categoryName == CallHandler ? new AtDebug(loggers.CreateLogger(categoryName)) : loggers.CreateLogger(categoryName);

    public void AddProvider(ILoggerProvider provider) => loggers.AddProvider(provider);

    public void Dispose()
    {
        // The factory is its owner's.
    }

    private sealed class AtDebug(ILogger logger) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => logger.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logger.IsEnabled(Lowered(logLevel));

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            LogLevel lowered = Lowered(logLevel);
            if (logger.IsEnabled(lowered))
            {
                logger.Log(lowered, eventId, state, exception, formatter);
            }
        }

        private static LogLevel Lowered(LogLevel level) => level > LogLevel.Debug ? LogLevel.Debug : level;
    }
}
