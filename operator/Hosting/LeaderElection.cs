using Onboarding.Kubernetes;
using Onboarding.Operator.Loops;
using Onboarding.Plane.Cluster;
using Onboarding.Plane.Events;
using Onboarding.Plane.Hosting;
using Onboarding.Plane.Telemetry;

namespace Onboarding.Operator.Hosting;

/// <summary>
/// Follows the cluster on every replica, and runs the reconcilers on the one that leads. When the leadership is lost they end first; the
/// Lease is given back only then.
/// </summary>
internal sealed class LeaderElection(
    KubernetesClient client,
    ClusterState cluster,
    EventWriter events,
    LoopSupervisor loops,
    IEnumerable<Reconciler> reconcilers,
    LeadershipFence fence,
    OperatorOptions options,
    PlaneMetrics metrics,
    TimeProvider time,
    ILoggerFactory loggers)
{
    /// <summary>Name of the Lease that replicas elect their leader by.</summary>
    public const string Lease = "onboarding-plane-leader";

    // Another sees the last renewal 2.4 s late at most, and takes over 10 s after it saw it: within 15 s of the leader's end.
    private static readonly LeaderElectorOptions Times = new()
    {
        LeaseDuration = TimeSpan.FromSeconds(10),
        RenewDeadline = TimeSpan.FromSeconds(7),
        RetryPeriod = TimeSpan.FromSeconds(2),
    };

    private readonly ReconcileMetrics _looks = new(metrics, time);
    private readonly LeaderElector _elector =
        fence.Guard(new LeaderElector(client, cluster.PlaneNamespace, Lease, $"{options.Instance}-{Guid.NewGuid():N}", Times));

    /// <summary>True while this process leads.</summary>
    public bool IsLeader => _elector.IsLeader;

    /// <summary>Works until told to stop. Never throws: what a loop doesn't expect is logged, and the loop starts again.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(
        cluster.RunAsync(cancellationToken),
        loops.RunAsync("write Events", events.RunAsync, cancellationToken),
        loops.RunAsync("take part in the election", stop => _elector.RunAsync(LeadAsync, stop), cancellationToken));

    private async Task LeadAsync(CancellationToken cancellationToken)
    {
        await cluster.HasSynced.WaitAsync(cancellationToken);
        await Task.WhenAll(reconcilers.Select(reconciler => loops.RunAsync(
            reconciler.Name,
            new LeaderLoop(reconciler, _looks, time, loggers.CreateLogger<LeaderLoop>(), () => cluster.IsBehindOwnWrites).RunAsync,
            cancellationToken)));
    }
}
