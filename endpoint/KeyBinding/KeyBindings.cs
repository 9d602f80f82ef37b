using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Install;
using Onboarding.Api.Istio;
using Onboarding.Api.Meta;
using Onboarding.Api.Proofs;
using Onboarding.Api.Runtime;
using Onboarding.Endpoint.Authentication;
using Onboarding.Kubernetes;
using Onboarding.Plane.Cluster;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.KeyBinding;

/// <summary>
/// Ties an identity to the first key that came with it (docs/security.md): a credential that was copied off a machine is worth
/// nothing on another one.
/// </summary>
internal sealed partial class KeyBindings(
    KubernetesClient client,
    ClusterState cluster,
    BindingWrites writes,
    ILogger<KeyBindings> logger)
{
    /// <summary>Binds the identity to the key, or finds that it is. One write at most, and only at first.</summary>
    /// <param name="workload">Who was authenticated, and admitted by a policy.</param>
    /// <param name="key">The agent's key.</param>
    /// <param name="group">The group asked for.</param>
    /// <param name="settings">What the plane does about new keys.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="RefusedException">The identity has another key, or the key another identity.</exception>
    public async Task BindAsync(
        AuthenticatedWorkload workload,
        AgentPublicKey key,
        WorkloadGroupReference group,
        KeyBindingSettings settings,
        CancellationToken cancellationToken)
    {
        string name = KeyBindingName.ForIdentity(workload.BoundIdentity);
        WorkloadKeyBinding? existing = cluster.KeyBindings.Get(cluster.PlaneNamespace, name);
        RefuseKeyInUse(name, key, existing);
        existing ??= await TryCreateAsync(name, workload, key, group, cancellationToken);
        if (existing is not null && !IsBoundTo(existing, workload.BoundIdentity, key))
        {
            await ReplaceAsync(existing, workload, key, group, settings, cancellationToken);
        }
    }

    /// <summary>
    /// Refuses what <see cref="BindAsync"/> would refuse by what is known already, and writes nothing: a credential that is good for
    /// one use must not be used up by someone who can't be let in.
    /// </summary>
    /// <exception cref="RefusedException">The identity has another key, or the key another identity.</exception>
    public void Check(AuthenticatedWorkload workload, AgentPublicKey key, KeyBindingSettings settings)
    {
        string name = KeyBindingName.ForIdentity(workload.BoundIdentity);
        WorkloadKeyBinding? existing = cluster.KeyBindings.Get(cluster.PlaneNamespace, name);
        RefuseKeyInUse(name, key, existing);
        if (existing is not null && !IsBoundTo(existing, workload.BoundIdentity, key))
        {
            RefuseUnlessFree(existing, workload, key, settings);
        }
    }

    private void RefuseKeyInUse(string name, AgentPublicKey key, WorkloadKeyBinding? own)
    {
        if (OtherOf(key, name, own) is { } other)
        {
            throw InUse(other);
        }
    }

    /// <summary>True if the identity is known to be bound to some key.</summary>
    public bool IsBound(WorkloadIdentity identity) => cluster.KeyBindingOf(identity) is not null;

    /// <summary>Refuses a key that the identity isn't bound to by now: a token outlives the binding that it was issued for.</summary>
    /// <exception cref="RefusedException">The identity is known to be bound to another key.</exception>
    public void RequireCurrent(WorkloadIdentity identity, string thumbprint)
    {
        if (cluster.KeyBindingOf(identity) is { } binding && binding.Spec?.Jkt != thumbprint)
        {
            throw Refuse.Denied(Reasons.KeyMismatch, "The identity is bound to another key by now.");
        }
    }

    private static bool IsBoundTo(WorkloadKeyBinding binding, WorkloadIdentity identity, AgentPublicKey key) =>
        // A binding that can't be read binds no one and lets no one in. The name is a hash, so the identity is compared as well.
        binding.Spec is { } spec && spec.Jkt == key.Thumbprint && spec.Identity == CanonicalIdentity.Serialize(identity);

    /// <summary>The binding of another identity to this key that is older than the identity's own; any one, if it has none to this key.</summary>
    private WorkloadKeyBinding? OtherOf(AgentPublicKey key, string name, WorkloadKeyBinding? own) =>
        cluster.KeyBindingsByKey.Find(key.Thumbprint).FirstOrDefault(
            b => b.Metadata.Name != name && (own?.Spec?.Jkt != key.Thumbprint || BindingWrites.IsOlder(b, own)));

    private static RefusedException InUse(WorkloadKeyBinding other) => Refuse.Denied(
        Reasons.KeyInUse,
        "The agent's key is bound to another identity. Give this host a state directory of its own, so that it makes a key of its own.",
        $"the key is bound to {other.Spec?.Identity} by workloadkeybinding {other.Metadata.Name}");

    /// <summary>Claims the identity; the one that was there, if someone was faster.</summary>
    private async Task<WorkloadKeyBinding?> TryCreateAsync(
        string name, AuthenticatedWorkload workload, AgentPublicKey key, WorkloadGroupReference group, CancellationToken cancellationToken)
    {
        // An old document that was overheard must not be what binds an identity whose own machine never came.
        if (workload.NotForNewBinding is { } refusal)
        {
            throw refusal.ToException();
        }

        WorkloadIdentity identity = workload.BoundIdentity;
        using PendingBinding pending = writes.Expect(name);
        try
        {
            WorkloadKeyBinding created = await client.CreateAsync(
                new WorkloadKeyBinding
                {
                    Metadata = new V1ObjectMeta
                    {
                        Name = name,
                        Namespace = cluster.PlaneNamespace,
                        Labels = new Dictionary<string, string> { [WellKnownLabels.ManagedBy] = WellKnownLabels.PlaneManager },
                    },
                    Spec = Spec(identity, key, group),
                },
                cancellationToken: cancellationToken);
            await RefuseSecondAsync(created, pending, key, cancellationToken);
            LogBound(logger, CanonicalIdentity.Serialize(identity), key.Thumbprint);
            return null;
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            return await client.TryGetAsync<WorkloadKeyBinding>(cluster.PlaneNamespace, name, cancellationToken) ?? throw LostRace();
        }
    }

    /// <summary>
    /// Takes the binding back if the key was bound to another identity before, by another replica at the same moment: creating an
    /// object claims its name, and the name is the identity's. Once this instance sees its own object, it sees every older one.
    /// </summary>
    private async Task RefuseSecondAsync(WorkloadKeyBinding created, PendingBinding pending, AgentPublicKey key, CancellationToken cancellationToken)
    {
        await pending.SeenAsync(created, cancellationToken);
        if (OtherOf(key, created.Metadata.Name, created) is not { } other)
        {
            return;
        }

        await client.DeleteAsync<WorkloadKeyBinding>(
            cluster.PlaneNamespace, created.Metadata.Name, new DeleteOptions { Uid = created.Metadata.Uid }, cancellationToken);
        throw InUse(other);
    }

    /// <summary>
    /// Gives the old key back if another identity has the new one, which another replica bound at the same moment. No matter which was first:
    /// that this binding is older says nothing of its key, and that no one gets in for now is better than that two do.
    /// </summary>
    private async Task RefuseSecondAsync(
        WorkloadKeyBinding before, WorkloadKeyBinding written, AgentPublicKey key, CancellationToken cancellationToken)
    {
        if (cluster.KeyBindingsByKey.Find(key.Thumbprint).FirstOrDefault(b => b.Metadata.Name != written.Metadata.Name) is not { } other)
        {
            return;
        }

        await client.UpdateAsync(written with { Spec = before.Spec }, cancellationToken: cancellationToken);
        throw InUse(other);
    }

    private async Task ReplaceAsync(
        WorkloadKeyBinding existing,
        AuthenticatedWorkload workload,
        AgentPublicKey key,
        WorkloadGroupReference group,
        KeyBindingSettings settings,
        CancellationToken cancellationToken)
    {
        RefuseUnlessFree(existing, workload, key, settings);

        // With the resourceVersion it was read with: of two machines that try at once, one wins.
        using PendingBinding pending = writes.Expect(existing.Metadata.Name);
        WorkloadKeyBinding written;
        try
        {
            written = await client.UpdateAsync(
                existing with { Spec = Spec(workload.BoundIdentity, key, group) }, cancellationToken: cancellationToken);
        }
        catch (KubernetesException e) when (e.IsConflict || e.IsNotFound)
        {
            throw LostRace();
        }

        await pending.SeenAsync(written, cancellationToken);
        await RefuseSecondAsync(existing, written, key, cancellationToken);
        LogReplaced(logger, CanonicalIdentity.Serialize(workload.BoundIdentity), existing.Spec!.Jkt, key.Thumbprint);
    }

    private void RefuseUnlessFree(WorkloadKeyBinding existing, AuthenticatedWorkload workload, AgentPublicKey key, KeyBindingSettings settings)
    {
        string identity = CanonicalIdentity.Serialize(workload.BoundIdentity);
        NewKeyAction action = settings.OnNewKey ?? (workload.MayReplaceKey ? NewKeyAction.ReplaceWhenGone : NewKeyAction.Refuse);

        // A document that can be replayed never replaces a key, whatever the plane is told.
        bool mayReplace = action == NewKeyAction.ReplaceWhenGone && workload.MayReplaceKey && existing.Spec?.Identity == identity;

        // The registration outlives its agent by the grace period: once it is gone, so is the old key's holder.
        IReadOnlyCollection<WorkloadAutoRegistration> live = cluster.RegistrationsByIdentity.Find(identity);
        bool isGone = live.Count == 0;
        if (!mayReplace || !isGone)
        {
            throw Refuse.Denied(
                Reasons.KeyMismatch,
                // Deleting the binding of a member would take its identity away, and give it to anyone who comes first.
                live.FirstOrDefault() is { } member
                    ? $"The identity is bound to the key of an agent that is registered as {member.Metadata.Namespace}/{member.Metadata.Name}. "
                        + "If that is an agent of this machine, it holds the identity: one agent joins one group. Otherwise give this machine an identity of its own. "
                        + (mayReplace ? "It is free again when that agent has left and its grace period is over. " : "")
                        + $"To take that agent out: Unregister-MeshWorkload {member.Metadata.Name} -Namespace {member.Metadata.Namespace}"
                    : "The identity is bound to another key: it belongs to another machine, or this one was reinstalled. "
                        + $"To reset it: kubectl -n {cluster.PlaneNamespace} delete workloadkeybinding {existing.Metadata.Name}",
                $"bound to {existing.Spec?.Jkt}, came with {key.Thumbprint}; onNewKey {action}; registered: {!isGone}");
        }
    }

    // Another machine, or an operator, was faster. Which of them has the identity now is known the next time.
    private static RefusedException LostRace() => new Refusal(
        RefusalCode.Aborted, Reasons.KeyMismatch, "Another machine asked for this identity at the same moment. Ask again.")
    {
        RetryAfter = TimeSpan.FromSeconds(2),
    }.ToException();

    private static WorkloadKeyBindingSpec Spec(WorkloadIdentity identity, AgentPublicKey key, WorkloadGroupReference group) =>
        new() { Identity = CanonicalIdentity.Serialize(identity), Jkt = key.Thumbprint, CreatedFor = group };

    [LoggerMessage(4030, LogLevel.Information, "Bound {Identity} to key {Thumbprint}")]
    private static partial void LogBound(ILogger logger, string identity, string thumbprint);

    [LoggerMessage(4031, LogLevel.Warning, "{Identity} came with a new key after its machine had left: {Old} is replaced by {New}")]
    private static partial void LogReplaced(ILogger logger, string identity, string old, string @new);
}
