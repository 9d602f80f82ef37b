namespace Onboarding.Embedded.Serving;

/// <summary>
/// When a watch tells its client how far it has come: regularly, also while others' changes keep it awake, and once more shortly
/// before it ends, so that the next watch resumes from there.
/// </summary>
internal sealed class BookmarkSchedule(TimeProvider time, TimeSpan life)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan BeforeEnd = TimeSpan.FromSeconds(2);

    private readonly long _start = time.GetTimestamp();
    private TimeSpan _next = First(life);

    public bool IsDue => time.GetElapsedTime(_start) >= _next;

    /// <summary>Waits until a bookmark is due or changes are here; true if it is the changes.</summary>
    public async Task<bool> ComesAfterAsync(Task changes, CancellationToken cancellationToken)
    {
        if (changes.IsCompleted)
        {
            return true;
        }

        TimeSpan wait = _next - time.GetElapsedTime(_start);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task winner = await Task.WhenAny(
            changes, Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, time, enough.Token));
        await enough.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return winner == changes;
    }

    /// <summary>Plans the next one.</summary>
    public void Sent()
    {
        TimeSpan now = time.GetElapsedTime(_start);
        TimeSpan last = life - BeforeEnd;
        _next = now + Every < last || now >= last ? now + Every : last;
    }

    private static TimeSpan First(TimeSpan life) => life - BeforeEnd is var last && last > TimeSpan.Zero && last < Every ? last : Every;
}
