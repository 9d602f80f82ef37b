namespace Onboarding.Kubernetes.Watch;

/// <summary>
/// Time between two connections of a watch: none after one that brought something, growing with full jitter after ones that didn't,
/// and after those that follow each other too fast. A proxy that closes a watch after each event would otherwise be asked thousands
/// of times a second.
/// </summary>
internal sealed class WatchBackoff(KubernetesClientOptions options)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    // How often a connection follows another without a wait.
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(5);

    private int _failures;
    private bool _worked = true;
    private long? _unwaited;

    /// <summary>An event arrived.</summary>
    public void Succeeded()
    {
        _worked = true;
    }

    /// <summary>Waits before the next connection, at least as long as the server asked for.</summary>
    public Task WaitAsync(TimeSpan? atLeast, CancellationToken cancellationToken)
    {
        bool worked = _worked;
        _worked = false;
        if (worked && atLeast is null && (_unwaited is not { } last || options.TimeProvider.GetElapsedTime(last) >= Pace))
        {
            _failures = 0;
            _unwaited = options.TimeProvider.GetTimestamp();
            return Task.CompletedTask;
        }

        TimeSpan ceiling = First * Math.Pow(2, Math.Min(_failures++, 10));
        TimeSpan wait = (ceiling < Longest ? ceiling : Longest) * options.Random.NextDouble();
        return Task.Delay(wait > (atLeast ?? TimeSpan.Zero) ? wait : atLeast!.Value, options.TimeProvider, cancellationToken);
    }
}
