namespace Onboarding.Endpoint.Sessions;

/// <summary>
/// Everything that changes a session waits here for its turn: what the agent says, what the cluster shows, what the clock says. One piece
/// of work at a time, in the order in which it came, so that none of it needs a lock and none sees the state of another in the middle.
/// </summary>
internal sealed class SessionMailbox
{
    private readonly Lock _lock = new();
    private Task _last = Task.CompletedTask;

    /// <summary>Runs a piece of work once all that came before has ended, however it ended.</summary>
    /// <returns>The work's result, or what it threw.</returns>
    public Task<T> RunAsync<T>(Func<Task<T>> work)
    {
        lock (_lock)
        {
            Task<T> next = AfterAsync(_last, work);
            _last = next;
            return next;
        }
    }

    private static async Task<T> AfterAsync<T>(Task before, Func<Task<T>> work)
    {
        // Never on the caller's stack: it may be the informer's, which the whole endpoint waits for.
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        return await work();
    }
}
