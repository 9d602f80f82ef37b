using Onboarding.Api.Meta;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Operator.Loops;
using Onboarding.Plane.Audit;
using Onboarding.Plane.Cluster;
using Onboarding.Plane.Registrations;
using Onboarding.Plane.Settings;

namespace Onboarding.Operator.Members;

/// <summary>
/// Takes out members whose agents stay away longer than the grace period. Runs on the leader, by the leader's own monotonic clock
/// and from the moment it saw the loss itself; whenever its view of the cluster had a gap, every grace period starts again. So an
/// outage of the API server, a restart or a wrong clock never empties a fleet.
/// </summary>
internal sealed partial class LostAgents(
    ClusterState cluster,
    ResourceInformer<V1Lease> leases,
    RegistrationStore store,
    PlaneConfiguration plane,
    AuditLog audit,
    TimeProvider time,
    ILogger<LostAgents> logger) : Reconciler
{
    private readonly Dictionary<string, long> _lostSince = [];
    private readonly Dictionary<string, (string? Version, long SeenAt)> _leases = [];

    public override string Name => "remove lost members";

    public override TimeSpan Period { get; } = TimeSpan.FromSeconds(2);

    public override bool CanSee => cluster.Registrations.IsConnected && leases.IsConnected && plane.Current is not null;

    public override async Task<ReconcileResult> ReconcileAsync(CancellationToken cancellationToken)
    {
        TimeSpan gracePeriod = plane.Required.Spec.GracePeriod;
        ObserveLeases();
        IReadOnlyCollection<WorkloadAutoRegistration> members = cluster.Registrations.List();
        HashSet<string> lost = [];
        foreach (WorkloadAutoRegistration member in members.Where(m => m.Metadata.DeletionTimestamp is null && !IsConnected(m)))
        {
            string uid = member.Metadata.Uid!;
            lost.Add(uid);
            if (!_lostSince.TryGetValue(uid, out long since))
            {
                _lostSince[uid] = time.GetTimestamp();
            }
            else if (time.GetElapsedTime(since) >= gracePeriod)
            {
                await RemoveAsync(member, cancellationToken);
            }
        }

        foreach (string back in _lostSince.Keys.Where(uid => !lost.Contains(uid)).ToList())
        {
            _lostSince.Remove(back);
        }

        return ReconcileResult.Done;
    }

    public override void Forget()
    {
        _lostSince.Clear();
        _leases.Clear();
    }

    // When a Lease was renewed is measured here, not read from it: its holder's clock may be wrong.
    private void ObserveLeases()
    {
        IReadOnlyCollection<V1Lease> all = leases.List();
        HashSet<string> present = [.. all.Select(l => l.Metadata.Name)];
        foreach (string gone in _leases.Keys.Where(name => !present.Contains(name)).ToList())
        {
            _leases.Remove(gone);
        }

        foreach (V1Lease lease in all)
        {
            if (!_leases.TryGetValue(lease.Metadata.Name, out (string? Version, long SeenAt) seen)
                || seen.Version != lease.Metadata.ResourceVersion)
            {
                _leases[lease.Metadata.Name] = (lease.Metadata.ResourceVersion, time.GetTimestamp());
            }
        }
    }

    private bool IsConnected(WorkloadAutoRegistration member)
    {
        if (member.Status?.ActiveAgentConnection is not { } connection)
        {
            return false;
        }

        V1Condition? condition = member.Status.Conditions.FirstOrDefault(c => c.Type == WorkloadAutoRegistration.AgentConnected);
        string lease = InstanceLeases.NameOf(connection.ConnectedTo);
        return condition is { Status: "True" }
            && leases.Get(cluster.PlaneNamespace, lease) is not null
            && _leases.TryGetValue(lease, out (string? Version, long SeenAt) seen)
            && time.GetElapsedTime(seen.SeenAt) < InstanceLeases.Duration;
    }

    private async Task RemoveAsync(WorkloadAutoRegistration member, CancellationToken cancellationToken)
    {
        try
        {
            // With the version that was judged: an agent that connects at this moment wins.
            await store.DeleteLostAsync(member, cancellationToken);
            _lostSince.Remove(member.Metadata.Uid!);
            LogRemoved(logger, member.Metadata.Namespace, member.Metadata.Name);
            audit.Allowed(new AuditRecord("remove", member.Metadata.Uid!, "plane")
            {
                Identity = member.Spec?.Identity,
                Registration = member.Metadata.Name,
                GroupNamespace = member.Metadata.Namespace,
                GroupName = member.GroupName,
                Detail = "the agent stayed away longer than the grace period",
            });
        }
        catch (KubernetesException e)
        {
            LogFailed(logger, member.Metadata.Namespace, member.Metadata.Name, e.Message);
        }
    }

    [LoggerMessage(4130, LogLevel.Information, "Removed {Namespace}/{Registration}: its agent stayed away longer than the grace period")]
    private static partial void LogRemoved(ILogger logger, string? @namespace, string registration);

    [LoggerMessage(4131, LogLevel.Warning, "{Namespace}/{Registration} can't be removed: {Reason} Trying again.")]
    private static partial void LogFailed(ILogger logger, string? @namespace, string registration, string reason);
}
