using Onboarding.Api;
using Onboarding.Api.Runtime;
using Onboarding.Plane.Refusals;
using Onboarding.Plane.Registrations;

namespace Onboarding.Endpoint.Sessions;

/// <summary>Writes what becomes of sessions into registrations' status. A write is dropped if the session isn't the registration's any more.</summary>
internal sealed class SessionStatusWriter(RegistrationStatusWriter writer, SessionIdentity self, TimeProvider time)
{
    /// <summary>Condition that is True once two hosts have used one registration.</summary>
    public const string PossibleClone = "PossibleClone";

    /// <summary>Takes a registration for a new session: epoch, instance, condition and boot configuration in one write.</summary>
    /// <param name="member">The registration.</param>
    /// <param name="agent">What the agent remembers.</param>
    /// <param name="policy">The policy that admits the member.</param>
    /// <param name="spiffeId">Who the member is in the mesh.</param>
    /// <param name="desired">The boot configuration that the agent is to have, after the last one.</param>
    /// <param name="conditions">What else is to be said.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The registration as written.</returns>
    /// <exception cref="RefusedException">The epoch is another host's; or the registration is gone.</exception>
    public async Task<WorkloadAutoRegistration> BeginAsync(
        WorkloadAutoRegistration member,
        AgentEpoch agent,
        string? policy,
        string spiffeId,
        Func<WorkloadAutoRegistration, BootConfigurationRevision?> desired,
        IReadOnlyList<ConditionChange> conditions,
        CancellationToken cancellationToken)
    {
        string id = Guid.NewGuid().ToString("N")[..16];
        WorkloadAutoRegistration? written = await writer.ChangeAsync(
            member,
            current =>
            {
                long epoch = NextEpoch(current, agent);
                WorkloadAutoRegistrationStatus status = current.Status ?? new WorkloadAutoRegistrationStatus();
                return status with
                {
                    ObservedGeneration = current.Metadata.Generation,
                    ActiveAgentConnection = new ActiveAgentConnection(self.Instance),
                    Session = new SessionStatus { Epoch = epoch, Id = id, EstablishedAt = time.GetUtcNow(), Policy = policy, SpiffeId = spiffeId },
                    Conditions = writer.With(
                        current,
                        [new ConditionChange(WorkloadAutoRegistration.AgentConnected, true, "AgentEstablishedConnection", $"The agent is connected to {self.Instance}."), .. conditions]),
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

    /// <summary>
    /// True if two states of a registration are about one session. Not by the epoch alone: an agent that is cut off before it could store the
    /// epoch gets it once more, and the end of the session that was cut off would be written over the one that is connected.
    /// </summary>
    public static bool IsSame(WorkloadAutoRegistration one, WorkloadAutoRegistration other) =>
        one.Status?.Session is { } a && other.Status?.Session is { } b && a.Epoch == b.Epoch && a.Id == b.Id;

    /// <summary>Writes that a session ended; nothing if the registration has a newer one.</summary>
    public Task EndAsync(WorkloadAutoRegistration member, string reason, string message, CancellationToken cancellationToken) =>
        writer.ChangeAsync(
            member,
            current => IsOf(current, member)
                ? current.Status! with
                {
                    ActiveAgentConnection = null,
                    Session = current.Status.Session! with { EndedAt = time.GetUtcNow() },
                    Conditions = writer.With(current, [new ConditionChange(WorkloadAutoRegistration.AgentConnected, false, reason, message), .. SidecarCondition.Lost(current, reason)]),
                }
                : null,
            cancellationToken);

    /// <summary>Writes of the boot configuration; nothing if the registration has a newer session.</summary>
    public Task<WorkloadAutoRegistration?> WriteBootAsync(
        WorkloadAutoRegistration member,
        Func<BootConfigurationState, BootConfigurationState> change,
        IReadOnlyList<ConditionChange> conditions,
        CancellationToken cancellationToken) =>
        writer.ChangeAsync(
            member,
            current => IsOf(current, member)
                ? current.Status! with
                {
                    BootConfiguration = change(current.Status.BootConfiguration ?? new BootConfigurationState()),
                    Conditions = writer.With(current, conditions),
                }
                : null,
            cancellationToken);

    /// <summary>Flags a registration that two hosts used. The session that is connected stays.</summary>
    public Task FlagCloneAsync(WorkloadAutoRegistration member, string message, CancellationToken cancellationToken) =>
        writer.ChangeAsync(
            member,
            current => current.Status is { } status && !status.Conditions.Any(c => c.Type == PossibleClone && c.Status == "True")
                ? status with { Conditions = writer.With(current, [new ConditionChange(PossibleClone, true, "EpochMismatch", message)]) }
                : null,
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

    private bool IsOf(WorkloadAutoRegistration current, WorkloadAutoRegistration member) =>
        IsSame(current, member) && current.Status?.ActiveAgentConnection?.ConnectedTo == self.Instance;

    // An agent that connects while its sidecar restarts has the new one on disk, but isn't ready on it yet: the rollout still counts it.
    private static BootConfigurationRevision? CurrentOf(BootConfigurationState? state, BootConfigurationRevision? agents) =>
        state is { Current: { } current, Admitted: { } admitted }
        && admitted > current.Generation
        && agents is not null
        && agents.CoreHash != current.CoreHash
            ? current
            : agents;
}

/// <summary>What an agent that connects remembers.</summary>
/// <param name="Stored">Last epoch it stored; 0 for none.</param>
/// <param name="CurrentIsStored">True if a host that is connected here has stored the registration's current epoch.</param>
/// <param name="BootConfiguration">The boot configuration it has on disk.</param>
internal sealed record AgentEpoch(long Stored, bool CurrentIsStored, BootConfigurationRevision? BootConfiguration);
