using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Plane.Cluster;

namespace Onboarding.Endpoint.Sessions;

/// <summary>
/// Finds registrations that say they are connected to this instance and aren't: of a process that was killed, or whose last write
/// failed. Agents get time to come back first, so that a restart costs no writes for those that do.
/// </summary>
internal sealed partial class StaleConnections(
    ClusterState cluster,
    SessionRegistry registry,
    SessionStatusWriter writer,
    SessionIdentity self,
    TimeProvider time,
    ILogger<StaleConnections> logger)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(30);

    /// <summary>Looks for them until told to stop.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        HashSet<string> seenBefore = [];
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            WorkloadAutoRegistration[] stale = [.. cluster.Registrations.List().Where(IsStale)];

            // Twice in a row: a session that begins just now is in the registry a moment after it is in the status.
            foreach (WorkloadAutoRegistration member in stale.Where(m => seenBefore.Contains(m.Metadata.Uid!)))
            {
                await CorrectAsync(member, cancellationToken);
            }

            seenBefore = [.. stale.Select(m => m.Metadata.Uid!)];
        }
    }

    private bool IsStale(WorkloadAutoRegistration member) =>
        member.Status?.ActiveAgentConnection?.ConnectedTo == self.Instance && registry.Find(member.Metadata.Uid!) is null;

    private async Task CorrectAsync(WorkloadAutoRegistration member, CancellationToken cancellationToken)
    {
        try
        {
            await writer.EndAsync(
                member,
                EndReason.InstanceRestarted,
                $"The agent hasn't come back to {self.Instance} since that was restarted.",
                cancellationToken);
        }
        catch (KubernetesException e)
        {
            LogFailed(logger, member.Metadata.Namespace, member.Metadata.Name, e.Message);
        }
    }

    [LoggerMessage(4160, LogLevel.Warning, "{Namespace}/{Registration} says it is connected here, isn't, and can't be corrected: {Reason}")]
    private static partial void LogFailed(ILogger logger, string? @namespace, string registration, string reason);
}
