using Onboarding.Api.Meta;
using Onboarding.Api.Runtime;
using Onboarding.Endpoint.Audit;
using Onboarding.Endpoint.Cluster;
using Onboarding.Endpoint.Registration;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;

namespace Onboarding.Endpoint.Sessions;

/// <summary>
/// Takes out members whose agents stay away longer than the grace period. Runs on the leader, by the leader's own monotonic clock
/// and from the moment it saw the loss itself; whenever its view of the cluster had a gap, every grace period starts again. So an
/// outage of the API server, a restart or a wrong clock never empties a fleet.
/// </summary>
internal sealed partial class LostAgents(
    ClusterState cluster,
    RegistrationStore store,
    PlaneConfiguration plane,
    AuditLog audit,
    string planeNamespace,
    TimeProvider time,
    ILogger<LostAgents> logger)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, long> _lostSince = [];
    private readonly Dictionary<string, (string? Version, long SeenAt)> _leases = [];

    /// <summary>Looks after lost agents until the lead is lost.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Forget();
        using var timer = new PeriodicTimer(LookEvery, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            await LookAsync(cancellationToken);
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        if (!cluster.Registrations.IsConnected || !cluster.Leases.IsConnected || plane.Current is not { } settings)
        {
            Forget();
            return;
        }

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
            else if (time.GetElapsedTime(since) >= settings.Spec.GracePeriod)
            {
                await RemoveAsync(member, cancellationToken);
            }
        }

        foreach (string back in _lostSince.Keys.Where(uid => !lost.Contains(uid)).ToList())
        {
            _lostSince.Remove(back);
        }
    }

    private void Forget()
    {
        _lostSince.Clear();
        _leases.Clear();
    }

    // When a Lease was renewed is measured here, not read from it: its holder's clock may be wrong.
    private void ObserveLeases()
    {
        IReadOnlyCollection<V1Lease> leases = cluster.Leases.List();
        HashSet<string> present = [.. leases.Select(l => l.Metadata.Name)];
        foreach (string gone in _leases.Keys.Where(name => !present.Contains(name)).ToList())
        {
            _leases.Remove(gone);
        }

        foreach (V1Lease lease in leases)
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
        string lease = InstanceLease.NameOf(connection.ConnectedTo);
        return condition is { Status: "True" }
            && cluster.Leases.Get(planeNamespace, lease) is not null
            && _leases.TryGetValue(lease, out (string? Version, long SeenAt) seen)
            && time.GetElapsedTime(seen.SeenAt) < InstanceLease.Duration;
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
