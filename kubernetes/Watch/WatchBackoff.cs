namespace Onboarding.Kubernetes.Watch;

/// <summary>Time between two connections of a watch: none after one that worked, growing with full jitter after ones that didn't.</summary>
internal sealed class WatchBackoff(KubernetesClientOptions options)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private int _failures;
    private bool _worked = true;

    /// <summary>An event arrived.</summary>
    public void Succeeded()
    {
        _failures = 0;
        _worked = true;
    }

    /// <summary>Waits before the next connection, at least as long as the server asked for.</summary>
    public Task WaitAsync(TimeSpan? atLeast, CancellationToken cancellationToken)
    {
        if (_worked && atLeast is null)
        {
            _worked = false;
            return Task.CompletedTask;
        }

        _worked = false;
        TimeSpan ceiling = First * Math.Pow(2, Math.Min(_failures++, 10));
        TimeSpan wait = (ceiling < Longest ? ceiling : Longest) * options.Random.NextDouble();
        return Task.Delay(wait > (atLeast ?? TimeSpan.Zero) ? wait : atLeast!.Value, options.TimeProvider, cancellationToken);
    }
}
