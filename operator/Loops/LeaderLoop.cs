using Onboarding.Kubernetes;

namespace Onboarding.Operator.Loops;

/// <summary>
/// Runs a reconciler while this process leads: at once, when something changed, and after its period. However much changes, it looks at
/// most once a second, so that a fleet that joins doesn't cost a look for each member.
/// </summary>
/// <param name="reconciler">What it runs.</param>
/// <param name="metrics">Counts how looks end.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
/// <param name="isBehind">
/// True while the copy of the cluster is older than this process's own last write: a look at it would do again what was just done, or undo it.
/// </param>
internal sealed partial class LeaderLoop(
    Reconciler reconciler, ReconcileMetrics metrics, TimeProvider time, ILogger<LeaderLoop> logger, Func<bool>? isBehind = null)
{
    /// <summary>Time between two looks at least.</summary>
    public static readonly TimeSpan MinimumPause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Runs until the leadership is lost.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        reconciler.Forget();
        reconciler.Changed += Wake;
        try
        {
            while (true)
            {
                long begun = time.GetTimestamp();
                var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                Volatile.Write(ref _changed, changed);
                TimeSpan next = await LookAsync(cancellationToken);
                await WaitAsync(Task.Delay(Left(begun, MinimumPause), time, cancellationToken));
                cancellationToken.ThrowIfCancellationRequested();
                await WaitAsync(changed.Task.WaitAsync(Left(begun, next), time, cancellationToken));
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            reconciler.Changed -= Wake;
        }
    }

    private static async Task WaitAsync(Task waiting) => await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task<TimeSpan> LookAsync(CancellationToken cancellationToken)
    {
        long begun = time.GetTimestamp();
        if (!reconciler.CanSee)
        {
            metrics.Looked(reconciler, begun, "blind");
            reconciler.Forget();
            return MinimumPause;
        }

        if (isBehind?.Invoke() == true)
        {
            metrics.Looked(reconciler, begun, "behind");
            return MinimumPause;
        }

        try
        {
            ReconcileResult result = await reconciler.ReconcileAsync(cancellationToken);
            metrics.Looked(reconciler, begun, "done");
            return result.RequeueAfter ?? reconciler.Period;
        }
        catch (KubernetesException e)
        {
            metrics.Looked(reconciler, begun, "failed");
            LogFailed(logger, reconciler.Name, e.Message);
            return RetryAfter < reconciler.Period ? RetryAfter : reconciler.Period;
        }
    }

    private TimeSpan Left(long begun, TimeSpan wanted)
    {
        TimeSpan left = wanted - time.GetElapsedTime(begun);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private void Wake() => Volatile.Read(ref _changed).TrySetResult();

    [LoggerMessage(7001, LogLevel.Warning, "The leader could not {Loop}: {Reason} It tries again.")]
    private static partial void LogFailed(ILogger logger, string loop, string reason);
}
