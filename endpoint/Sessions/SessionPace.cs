namespace Onboarding.Endpoint.Sessions;

/// <summary>
/// How fast the messages of one session are taken: each may cost a verification, a line of log and a write. An agent that says more waits
/// to be read, which costs the plane nothing: the connection's flow control holds what it sends.
/// </summary>
internal sealed class SessionPace(TimeProvider time)
{
    private const double Burst = 60;
    private const double PerSecond = 2;

    private double _left = Burst;
    private long _at = time.GetTimestamp();

    /// <summary>Waits until the next message may be taken. One reader calls it.</summary>
    public ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        long now = time.GetTimestamp();
        _left = Math.Min(Burst, _left + (time.GetElapsedTime(_at, now).TotalSeconds * PerSecond)) - 1;
        _at = now;
        return _left >= 0 ? ValueTask.CompletedTask : new ValueTask(Task.Delay(TimeSpan.FromSeconds(-_left / PerSecond), time, cancellationToken));
    }
}
