namespace Onboarding.Plane.Hosting;

/// <summary>
/// Keeps the plane's loops running. What a loop doesn't expect is logged and the loop starts again after a pause: one that ended
/// silently would cost a fleet dearly, e.g. the one that keeps the instance's Lease, without which its members count as lost.
/// </summary>
internal sealed partial class LoopSupervisor(TimeProvider time, ILogger<LoopSupervisor> logger)
{
    /// <summary>Time between the end of a loop that shouldn't end and its next start.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>Runs a loop until told to stop, then returns. Never throws.</summary>
    /// <param name="name">What it does, for the log.</param>
    /// <param name="loop">The loop; each start is from the beginning.</param>
    /// <param name="cancellationToken">Tells it to stop.</param>
    public async Task RunAsync(string name, Func<CancellationToken, Task> loop, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await loop(cancellationToken);
                if (!cancellationToken.IsCancellationRequested)
                {
                    LogEnded(logger, name);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // whatever it is: no caller is there to hear of it
            catch (Exception e)
#pragma warning restore CA1031
            {
                LogFailed(logger, e, name);
            }

            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(4042, LogLevel.Error, "The plane's loop '{Loop}' failed; it starts again in 5 s")]
    private static partial void LogFailed(ILogger logger, Exception exception, string loop);

    [LoggerMessage(4043, LogLevel.Error, "The plane's loop '{Loop}' ended by itself; it starts again in 5 s")]
    private static partial void LogEnded(ILogger logger, string loop);
}
