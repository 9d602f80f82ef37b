namespace Onboarding.Operator.Loops;

/// <summary>How a look at the cluster ended.</summary>
/// <param name="RequeueAfter">When to look again at the latest; null: after <see cref="Reconciler.Period"/>.</param>
internal readonly record struct ReconcileResult(TimeSpan? RequeueAfter)
{
    /// <summary>Nothing is left to do until something changes.</summary>
    public static readonly ReconcileResult Done;
}

/// <summary>
/// One thing that the leader keeps true. It is level-triggered: each look compares what is with what should be, and writes what differs.
/// A change only says that a look may be worth it, so that nothing is lost when another process takes the leadership.
/// </summary>
internal abstract class Reconciler
{
    /// <summary>There may be something to do. Raised on any thread.</summary>
    public event Action? Changed;

    /// <summary>What it does, for logs: "remove lost members".</summary>
    public abstract string Name { get; }

    /// <summary>Time between two looks where nothing changes.</summary>
    public abstract TimeSpan Period { get; }

    /// <summary>
    /// True while everything it judges by is followed without a gap. While it isn't, no member is judged: a renewal that wasn't seen looks like
    /// a renewal that didn't happen.
    /// </summary>
    public virtual bool CanSee => true;

    /// <summary>Forgets what it saw: this process leads from now on, or there was a gap in what it saw.</summary>
    public virtual void Forget()
    {
    }

    /// <summary>Compares and writes. May be cut off anywhere and run again.</summary>
    /// <param name="cancellationToken">The leadership is lost: another process may act from now on.</param>
    public abstract Task<ReconcileResult> ReconcileAsync(CancellationToken cancellationToken);

    /// <summary>Asks for a look.</summary>
    protected void Wake() => Changed?.Invoke();
}
