using Onboarding.Api;
using Onboarding.Api.Meta;
using Onboarding.Api.Runtime;
using Onboarding.Endpoint.Refusals;
using Onboarding.Endpoint.Registration;
using Onboarding.Kubernetes;

namespace Onboarding.Endpoint.Sessions;

/// <summary>
/// Writes what becomes of sessions into registrations' status. Every write carries the resourceVersion it was decided on; on a
/// conflict the decision is made again on what is there then, and dropped if the session isn't the registration's any more.
/// </summary>
internal sealed class SessionStatusWriter(KubernetesClient client, RegistrationStore store, string instance, TimeProvider time)
{
    /// <summary>Condition that is True once two hosts have used one registration.</summary>
    public const string PossibleClone = "PossibleClone";

    private const int MostAttempts = 5;

    /// <summary>Takes a registration for a new session: epoch, instance, condition and boot configuration in one write.</summary>
    /// <param name="member">The registration.</param>
    /// <param name="agent">What the agent remembers.</param>
    /// <param name="desired">The boot configuration that the agent is to have, after the last one.</param>
    /// <param name="conditions">What else is to be said.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The registration as written.</returns>
    /// <exception cref="RefusedException">The epoch is another host's; or the registration is gone.</exception>
    public async Task<WorkloadAutoRegistration> BeginAsync(
        WorkloadAutoRegistration member,
        AgentEpoch agent,
        Func<WorkloadAutoRegistration, BootConfigurationRevision?> desired,
        IReadOnlyList<ConditionChange> conditions,
        CancellationToken cancellationToken)
    {
        WorkloadAutoRegistration? written = await ChangeAsync(
            member,
            current =>
            {
                long epoch = NextEpoch(current, agent);
                WorkloadAutoRegistrationStatus status = current.Status ?? new WorkloadAutoRegistrationStatus();
                return status with
                {
                    ObservedGeneration = current.Metadata.Generation,
                    ActiveAgentConnection = new ActiveAgentConnection(instance),
                    Session = new SessionStatus { Epoch = epoch, EstablishedAt = time.GetUtcNow() },
                    Conditions = With(
                        current,
                        [new ConditionChange(WorkloadAutoRegistration.AgentConnected, true, "AgentEstablishedConnection", $"The agent is connected to {instance}."), .. conditions]),
                    BootConfiguration = (status.BootConfiguration ?? new BootConfigurationState()) with
                    {
                        Desired = desired(current),
                        Current = CurrentOf(status.BootConfiguration, agent.BootConfiguration),
                    },
                };
            },
            cancellationToken);
        return written ?? throw Refuse.Precondition(Reasons.RegistrationDeleted, "The registration was deleted. Join again from the start.");
    }

    /// <summary>Writes that a session ended; nothing if the registration has a newer one.</summary>
    public Task EndAsync(WorkloadAutoRegistration member, long epoch, string reason, string message, CancellationToken cancellationToken) =>
        ChangeAsync(
            member,
            current => IsOf(current, epoch)
                ? current.Status! with
                {
                    ActiveAgentConnection = null,
                    Session = current.Status.Session! with { EndedAt = time.GetUtcNow() },
                    Conditions = With(current, [new ConditionChange(WorkloadAutoRegistration.AgentConnected, false, reason, message), .. SidecarCondition.Lost(current, reason)]),
                }
                : null,
            cancellationToken);

    /// <summary>Writes of the boot configuration; nothing if the registration has a newer session.</summary>
    public Task<WorkloadAutoRegistration?> WriteBootAsync(
        WorkloadAutoRegistration member,
        long epoch,
        Func<BootConfigurationState, BootConfigurationState> change,
        IReadOnlyList<ConditionChange> conditions,
        CancellationToken cancellationToken) =>
        ChangeAsync(
            member,
            current => IsOf(current, epoch)
                ? current.Status! with
                {
                    BootConfiguration = change(current.Status.BootConfiguration ?? new BootConfigurationState()),
                    Conditions = With(current, conditions),
                }
                : null,
            cancellationToken);

    /// <summary>Flags a registration that two hosts used. The session that is connected stays.</summary>
    public Task FlagCloneAsync(WorkloadAutoRegistration member, string message, CancellationToken cancellationToken) =>
        ChangeAsync(
            member,
            current => current.Status is { } status && !status.Conditions.Any(c => c.Type == PossibleClone && c.Status == "True")
                ? status with { Conditions = With(current, [new ConditionChange(PossibleClone, true, "EpochMismatch", message)]) }
                : null,
            cancellationToken);

    /// <summary>Writes a condition that isn't about the session.</summary>
    public Task ConditionAsync(
        WorkloadAutoRegistration member, ConditionChange condition, CancellationToken cancellationToken) =>
        ChangeAsync(
            member,
            current => (current.Status ?? new WorkloadAutoRegistrationStatus()) with { Conditions = With(current, [condition]) },
            cancellationToken);

    // The agent's epoch is the current one: it stored it, and gets the next. It is one less: the agent was cut off before it could
    // store the current one, and gets that again; unless a host that is connected did store it. Anything else is another disk.
    private static long NextEpoch(WorkloadAutoRegistration current, AgentEpoch agent)
    {
        long epoch = current.Status?.Session?.Epoch ?? 0;
        if (agent.Stored == epoch)
        {
            return epoch + 1;
        }

        if (agent.Stored == epoch - 1 && !agent.CurrentIsStored)
        {
            return epoch;
        }

        throw Refuse.Denied(
            Reasons.PossibleClone,
            "Another host uses this registration: this disk is a copy of its disk, or was restored from a backup. Give this host an empty "
            + $"state directory, or delete the registration with: kubectl -n {current.Metadata.Namespace} delete war {current.Metadata.Name}",
            $"the agent's epoch is {agent.Stored}, the registration's {epoch}");
    }

    private bool IsOf(WorkloadAutoRegistration current, long epoch) =>
        current.Status?.Session?.Epoch == epoch && current.Status.ActiveAgentConnection?.ConnectedTo == instance;

    private async Task<WorkloadAutoRegistration?> ChangeAsync(
        WorkloadAutoRegistration member,
        Func<WorkloadAutoRegistration, WorkloadAutoRegistrationStatus?> change,
        CancellationToken cancellationToken)
    {
        string? uid = member.Metadata.Uid;
        WorkloadAutoRegistration current = await store.FindAsync(member.Metadata.Namespace!, member.Metadata.Name, cancellationToken) ?? member;
        for (int attempt = 1; ; attempt++)
        {
            if (current.Metadata.Uid != uid || change(current) is not { } status)
            {
                return null;
            }

            try
            {
                return store.Wrote(await client.UpdateStatusAsync(current with { Status = status }, cancellationToken: cancellationToken));
            }
            catch (KubernetesException e) when (e.IsConflict && attempt < MostAttempts)
            {
                // The informer may be a moment behind: ask the server itself.
                WorkloadAutoRegistration? fresh = await client.TryGetAsync<WorkloadAutoRegistration>(
                    member.Metadata.Namespace, member.Metadata.Name, cancellationToken);
                if (fresh is null)
                {
                    return null;
                }

                current = fresh;
            }
            catch (KubernetesException e) when (e.IsNotFound)
            {
                return null;
            }
        }
    }

    // An agent that connects while its sidecar restarts has the new one on disk, but isn't ready on it yet: the rollout still counts it.
    private static BootConfigurationRevision? CurrentOf(BootConfigurationState? state, BootConfigurationRevision? agents) =>
        state is { Current: { } current, Admitted: { } admitted }
        && admitted > current.Generation
        && agents is not null
        && agents.CoreHash != current.CoreHash
            ? current
            : agents;

    private List<V1Condition> With(WorkloadAutoRegistration current, IReadOnlyList<ConditionChange> changes)
    {
        List<V1Condition> conditions = [.. current.Status?.Conditions ?? []];
        foreach (ConditionChange change in changes)
        {
            string status = change.Status;
            V1Condition? old = conditions.FirstOrDefault(c => c.Type == change.Type);
            conditions.RemoveAll(c => c.Type == change.Type);
            conditions.Add(new V1Condition
            {
                Type = change.Type,
                Status = status,
                Reason = change.Reason,
                Message = change.Message,
                LastTransitionTime = old?.Status == status ? old.LastTransitionTime : time.GetUtcNow(),
                ObservedGeneration = current.Metadata.Generation,
            });
        }

        return conditions;
    }
}
