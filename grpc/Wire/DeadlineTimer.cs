namespace Grpc.Net.Wire;

/// <summary>Calls back once, when a deadline passes, however far away it is.</summary>
internal sealed class DeadlineTimer : IDisposable
{
    // A timer takes at most 2^32 - 2 ms; a stream may live longer than that.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly TimeSpan _timeout;
    private readonly Action _passed;
    private readonly ITimer _timer;

    public DeadlineTimer(TimeProvider time, TimeSpan timeout, Action passed)
    {
        _time = time;
        _start = time.GetTimestamp();
        _timeout = timeout;
        _passed = passed;
        _timer = time.CreateTimer(static state => ((DeadlineTimer)state!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Arm();
    }

    public void Dispose() => _timer.Dispose();

    private void Tick()
    {
        if (_time.GetElapsedTime(_start) >= _timeout)
        {
            _passed();
        }
        else
        {
            Arm();
        }
    }

    private void Arm()
    {
        TimeSpan left = _timeout - _time.GetElapsedTime(_start);

        // Timers count in whole milliseconds and round down; one too many beats one callback too early.
        left = TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(left.TotalMilliseconds, 0)));
        _timer.Change(left < Longest ? left : Longest, Timeout.InfiniteTimeSpan);
    }
}
