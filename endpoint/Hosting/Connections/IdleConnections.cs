using Onboarding.Endpoint.Connections;

namespace Onboarding.Endpoint.Hosting.Connections;

/// <summary>Closes unproved connections that nothing happens on, and says what the limits are.</summary>
internal sealed partial class IdleConnections(ConnectionTable table, TimeProvider time, ILogger<IdleConnections> logger)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    /// <summary>Writes the limits into the log, once.</summary>
    public void LogLimits() => LogLimits(
        logger,
        table.Limits.InAll,
        table.Limits.Unproved,
        table.Limits.UnprovedPerSource,
        table.Limits.Streams,
        table.Limits.StreamsPerSource,
        ConnectionLimits.Files(),
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024 * 1024));

    /// <summary>Looks for them until told to stop.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        long saidOf = 0;
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            table.CloseIdle();

            // A line for each would let a stranger fill the log.
            long closed = table.ClosedForOthers;
            if (closed > saidOf)
            {
                LogClosed(logger, closed - saidOf, table.Open, table.Unproved);
                saidOf = closed;
            }
        }
    }

    [LoggerMessage(4080, LogLevel.Information, "Limits: {InAll} connections; {Unproved} on which nothing is proved, {PerAddress} of one address; {Streams} requests on these, {StreamsPerAddress} of one address. The process may open {Files} files and use {Megabytes} MB", EventName = "ConnectionLimits")]
    private static partial void LogLimits(
        ILogger logger, int inAll, int unproved, int perAddress, int streams, int streamsPerAddress, long files, long megabytes);

    [LoggerMessage(4082, LogLevel.Warning, "Closed {Count} unproved connections, so that others find room; {Open} are open, {Unproved} of them unproved", EventName = "ConnectionsClosed")]
    private static partial void LogClosed(ILogger logger, long count, int open, int unproved);
}
