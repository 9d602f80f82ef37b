namespace Onboarding.Client.Timing;

/// <summary>
/// Waits between attempts: full jitter (anything between nothing and the ceiling), so that machines that lost the plane at the
/// same moment don't come back at the same moment. The ceiling doubles from the base, to one cap at first and to a larger one
/// when the trouble lasts.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="random">Numbers from 0 (inclusive) to 1 (exclusive).</param>
internal sealed class Backoff(TimeProvider time, Func<double> random)
{
    private long? _since;
    private int _attempts;

    /// <summary>The first ceiling.</summary>
    public TimeSpan Base { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The largest ceiling in the first <see cref="Patience"/>.</summary>
    public TimeSpan Cap { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>The largest ceiling after that.</summary>
    public TimeSpan LongCap { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long trouble counts as short.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How many attempts failed since the last success.</summary>
    public int Attempts => _attempts;

    /// <summary>It worked: the next trouble starts again.</summary>
    public void Reset()
    {
        _since = null;
        _attempts = 0;
    }

    /// <summary>Another attempt failed: how long to wait before the next.</summary>
    public TimeSpan Next()
    {
        _since ??= time.GetTimestamp();
        TimeSpan cap = time.GetElapsedTime(_since.Value) < Patience ? Cap : LongCap;
        double ceiling = Math.Min(cap.Ticks, Base.Ticks * Math.Pow(2, _attempts++));
        return TimeSpan.FromTicks((long)(random() * ceiling));
    }
}
