using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Operator.Loops;
using Onboarding.Plane.Cluster;

namespace Onboarding.Operator.Upkeep;

/// <summary>
/// Deletes Leases of instances that are gone for good. An instance that stops in order takes its Lease along; one that was killed
/// doesn't, and where instances are pods the next one has another name. Runs on the leader, by its own monotonic clock.
/// </summary>
internal sealed partial class AbandonedLeases(
    KubernetesClient client, ResourceInformer<V1Lease> leases, TimeProvider time, ILogger<AbandonedLeases> logger) : Reconciler
{
    /// <summary>How long a Lease stays that isn't renewed: much longer than any instance's members count as connected.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);

    private readonly Dictionary<string, (string? Version, long SeenAt)> _seen = [];

    public override string Name => "remove Leases of instances that are gone";

    public override TimeSpan Period { get; } = TimeSpan.FromMinutes(1);

    // Without it renewals may have been missed.
    public override bool CanSee => leases.IsConnected;

    public override void Forget() => _seen.Clear();

    public override async Task<ReconcileResult> ReconcileAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, V1Lease> present = leases.List()
            .Where(l => l.Metadata.Name.StartsWith(InstanceLeases.Prefix, StringComparison.Ordinal)).ToDictionary(l => l.Metadata.Name);
        foreach (string gone in _seen.Keys.Where(name => !present.ContainsKey(name)).ToList())
        {
            _seen.Remove(gone);
        }

        foreach (V1Lease lease in present.Values)
        {
            if (!_seen.TryGetValue(lease.Metadata.Name, out (string? Version, long SeenAt) seen) || seen.Version != lease.Metadata.ResourceVersion)
            {
                _seen[lease.Metadata.Name] = (lease.Metadata.ResourceVersion, time.GetTimestamp());
            }
            else if (time.GetElapsedTime(seen.SeenAt) >= KeptFor)
            {
                await DeleteAsync(lease, cancellationToken);
            }
        }

        return ReconcileResult.Done;
    }

    private async Task DeleteAsync(V1Lease lease, CancellationToken cancellationToken)
    {
        try
        {
            // With the version that was judged: an instance that comes back at this moment wins.
            await client.DeleteAsync<V1Lease>(
                lease.Metadata.Namespace,
                lease.Metadata.Name,
                new DeleteOptions { Uid = lease.Metadata.Uid, ResourceVersion = lease.Metadata.ResourceVersion },
                cancellationToken);
            LogDeleted(logger, lease.Metadata.Name);
        }
        catch (KubernetesException e) when (e.IsNotFound || e.IsConflict)
        {
            // Gone, or alive after all.
        }
        catch (KubernetesException e)
        {
            LogFailed(logger, lease.Metadata.Name, e.Message);
        }
    }

    [LoggerMessage(4121, LogLevel.Information, "Deleted Lease {Lease}: its instance hasn't renewed it for an hour")]
    private static partial void LogDeleted(ILogger logger, string lease);

    [LoggerMessage(4122, LogLevel.Warning, "Lease {Lease} of an instance that is gone can't be deleted: {Reason} Trying again.")]
    private static partial void LogFailed(ILogger logger, string lease, string reason);
}
