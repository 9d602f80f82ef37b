using Onboarding.Endpoint.Cluster;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;

namespace Onboarding.Endpoint.Sessions;

/// <summary>
/// Deletes Leases of instances that are gone for good. An instance that stops in order takes its Lease along; one that was killed
/// doesn't, and where instances are pods the next one has another name. Runs on the leader, by its own monotonic clock.
/// </summary>
internal sealed partial class AbandonedLeases(
    KubernetesClient client, ClusterState cluster, string planeNamespace, TimeProvider time, ILogger<AbandonedLeases> logger)
{
    /// <summary>How long a Lease stays that nobody renews: much longer than any instance's members count as connected.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);

    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, (string? Version, long SeenAt)> _seen = [];

    /// <summary>Looks after them until the lead is lost.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _seen.Clear();
        using var timer = new PeriodicTimer(LookEvery, time);
        do
        {
            if (cluster.Leases.IsConnected)
            {
                await LookAsync(cancellationToken);
            }
            else
            {
                // Renewals may have been missed.
                _seen.Clear();
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, V1Lease> leases = cluster.Leases.List()
            .Where(l => l.Metadata.Name.StartsWith(InstanceLease.Prefix, StringComparison.Ordinal)).ToDictionary(l => l.Metadata.Name);
        foreach (string gone in _seen.Keys.Where(name => !leases.ContainsKey(name)).ToList())
        {
            _seen.Remove(gone);
        }

        foreach (V1Lease lease in leases.Values)
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
    }

    private async Task DeleteAsync(V1Lease lease, CancellationToken cancellationToken)
    {
        try
        {
            // With the version that was judged: an instance that comes back at this moment wins.
            await client.DeleteAsync<V1Lease>(
                planeNamespace,
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
