namespace Onboarding.Operator.Revocation;

/// <summary>
/// How many members may be removed in any minute: one bad edit of a policy must not empty a fleet before a person sees it. By the
/// monotonic clock of the process that holds it, which is the leader; a new leader starts with a whole budget.
/// </summary>
internal sealed class EvictionBudget(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Queue<long> _spent = new();

    /// <summary>Takes one out of the budget; false if it is spent.</summary>
    public bool TryTake(int maxPerMinute)
    {
        while (_spent.TryPeek(out long oldest) && time.GetElapsedTime(oldest) >= Window)
        {
            _spent.Dequeue();
        }

        if (_spent.Count >= maxPerMinute)
        {
            return false;
        }

        _spent.Enqueue(time.GetTimestamp());
        return true;
    }
}
