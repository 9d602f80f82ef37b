namespace Onboarding.Kubernetes;

/// <summary>Makes what is into what should be, for one key at a time.</summary>
/// <typeparam name="TKey">What identifies a piece of work.</typeparam>
public interface IReconciler<TKey>
    where TKey : notnull
{
    /// <summary>
    /// Looks at the present state, whatever the change was that led here, and brings it nearer to what it should be. May be
    /// called again at any time, so doing it twice must do no harm. Throws to be called again later.
    /// </summary>
    /// <param name="key">Which.</param>
    /// <param name="cancellationToken">The controller stops.</param>
    /// <returns>When to look again; null: when something changes.</returns>
    Task<TimeSpan?> ReconcileAsync(TKey key, CancellationToken cancellationToken);
}
