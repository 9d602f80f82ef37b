using System.Globalization;
using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Install;
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
    TimeProvider time,
    ILogger<KeyBindings> logger)
{
    // A token outlives a reset of the binding by up to an hour: one that was issued before must not undo it.
    private static readonly TimeSpan BindingTime = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Refuses a key by what is known already, and writes nothing: neither a binding nor the use of a credential that is good for one must
    /// come of someone who can't be let in.
    /// </summary>
    /// <param name="workload">Who was authenticated, and admitted by a policy.</param>
    /// <param name="key">The agent's key.</param>
    /// <param name="settings">What the plane does about new keys.</param>
    /// <returns>What the onboarding token may bind (<see cref="KeyClaim.MayBind"/>).</returns>
    /// <exception cref="RefusedException">The identity has another key, or the key another identity.</exception>
    public string? Check(AuthenticatedWorkload workload, AgentPublicKey key, KeyBindingSettings settings)
    {
        string name = KeyBindingName.ForIdentity(workload.BoundIdentity);
        WorkloadKeyBinding? existing = cluster.KeyBindings.Get(cluster.PlaneNamespace, name);
        RefuseKeyInUse(name, key.Thumbprint, existing);
        if (existing is null)
        {
            // An old document that was overheard must not be what binds an identity whose own machine never came.
            return workload.NotForNewBinding is { } refusal ? throw refusal.ToException() : KeyClaim.New;
        }

        if (IsBoundTo(existing, workload.BoundIdentity, key.Thumbprint))
        {
            return null;
        }

        RefuseUnlessFree(existing, workload.BoundIdentity, key.Thumbprint, workload.MayReplaceKey, settings);
        return existing.Spec!.Jkt;
    }

    /// <summary>
    /// Binds the identity to the key, or finds that it is, after the whole decision and before the registration. One write at most, and only
    /// at first. Of two keys that come at once, one is bound.
    /// </summary>
    /// <param name="claim">What the onboarding token says.</param>
    /// <param name="settings">What the plane does about new keys.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The binding, if this call made it.</returns>
    /// <exception cref="RefusedException">The identity has another key, the key another identity, or the token may bind none.</exception>
    public async Task<WorkloadKeyBinding?> BindAsync(KeyClaim claim, KeyBindingSettings settings, CancellationToken cancellationToken)
    {
        string name = KeyBindingName.ForIdentity(claim.Identity);
        WorkloadKeyBinding? existing = cluster.KeyBindings.Get(cluster.PlaneNamespace, name);
        RefuseKeyInUse(name, claim.Thumbprint, existing);
        if (existing is not null && IsBoundTo(existing, claim.Identity, claim.Thumbprint))
        {
            return null;
        }

        if (!MayBind(claim))
        {
            // Bound when the token was issued, and perhaps only unknown here.
            return await client.TryGetAsync<WorkloadKeyBinding>(cluster.PlaneNamespace, name, cancellationToken) is { } bound
                && IsBoundTo(bound, claim.Identity, claim.Thumbprint)
                ? null
                : throw Refuse.Unauthenticated(
                    Reasons.TokenInvalid, "The onboarding token is too old to bind its identity to the agent's key. Ask for one by AuthorizeOnboarding.");
        }

        if (existing is null)
        {
            return await CreateAsync(name, claim, cancellationToken);
        }

        if (existing.Spec?.Jkt != claim.MayBind)
        {
            throw LostRace();
        }

        RefuseUnlessFree(existing, claim.Identity, claim.Thumbprint, mayReplaceKey: true, settings);
        await ReplaceAsync(existing, claim, cancellationToken);
        return null;
    }

    /// <summary>Binds a member whose binding an operator deleted, if it proved who it is since.</summary>
    /// <param name="claim">What its onboarding token says.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="RefusedException">Another key was faster.</exception>
    public async Task BindAgainAsync(KeyClaim claim, CancellationToken cancellationToken)
    {
        if (cluster.KeyBindingOf(claim.Identity) is null && MayBind(claim))
        {
            string name = KeyBindingName.ForIdentity(claim.Identity);
            RefuseKeyInUse(name, claim.Thumbprint, null);
            await CreateAsync(name, claim, cancellationToken);
        }
    }

    /// <summary>Takes a binding back whose registration was refused in the end.</summary>
    /// <param name="made">The binding.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task TakeBackAsync(WorkloadKeyBinding made, CancellationToken cancellationToken)
    {
        try
        {
            await client.DeleteAsync<WorkloadKeyBinding>(
                cluster.PlaneNamespace, made.Metadata.Name, new DeleteOptions { Uid = made.Metadata.Uid }, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound || e.IsConflict)
        {
            // Gone, or another's by now.
        }
    }

    /// <summary>True if the identity is known to be bound to some key.</summary>
    public bool IsBound(WorkloadIdentity identity) => cluster.KeyBindingOf(identity) is not null;

    /// <summary>Refuses a key that the identity isn't bound to by now: a token outlives the binding that it was issued for.</summary>
    /// <param name="claim">What the token says.</param>
    /// <param name="mayReplace">True where a key may be replaced that the token says may be.</param>
    /// <exception cref="RefusedException">The identity is known to be bound to another key.</exception>
    public void RequireCurrent(KeyClaim claim, bool mayReplace = false)
    {
        if (cluster.KeyBindingOf(claim.Identity) is { } binding
            && binding.Spec?.Jkt != claim.Thumbprint
            && !(mayReplace && binding.Spec is { } spec && spec.Jkt == claim.MayBind))
        {
            throw Refuse.Denied(Reasons.KeyMismatch, "The identity is bound to another key by now.");
        }
    }

    private bool MayBind(KeyClaim claim) => claim.MayBind is not null && time.GetUtcNow() < claim.IssuedAt + BindingTime;

    private void RefuseKeyInUse(string name, string thumbprint, WorkloadKeyBinding? own)
    {
        if (OtherOf(thumbprint, name, own) is { } other)
        {
            throw InUse(other);
        }
    }

    private static bool IsBoundTo(WorkloadKeyBinding binding, WorkloadIdentity identity, string thumbprint) =>
        // A binding that can't be read binds no one and lets no one in. The name is a hash, so the identity is compared as well.
        binding.Spec is { } spec && spec.Jkt == thumbprint && spec.Identity == CanonicalIdentity.Serialize(identity);

    /// <summary>The binding of another identity to this key that is older than the identity's own; any one, if it has none to this key.</summary>
    private WorkloadKeyBinding? OtherOf(string thumbprint, string name, WorkloadKeyBinding? own) =>
        cluster.KeyBindingsByKey.Find(thumbprint).FirstOrDefault(
            b => b.Metadata.Name != name && (own?.Spec?.Jkt != thumbprint || BindingWrites.IsOlder(b, own)));

    private static RefusedException InUse(WorkloadKeyBinding other) => Refuse.Denied(
        Reasons.KeyInUse,
        "The agent's key is bound to another identity. Give this host a state directory of its own, so that it makes a key of its own.",
        $"the key is bound to {other.Spec?.Identity} by workloadkeybinding {other.Metadata.Name}");

    /// <summary>Claims the identity. Null if the same key has it already, by a call at another replica.</summary>
    private async Task<WorkloadKeyBinding?> CreateAsync(string name, KeyClaim claim, CancellationToken cancellationToken)
    {
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
                    Spec = Spec(claim),
                },
                cancellationToken: cancellationToken);
            await RefuseSecondAsync(created, pending, claim.Thumbprint, cancellationToken);
            LogBound(logger, CanonicalIdentity.Serialize(claim.Identity), claim.Thumbprint);
            return created;
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            return await client.TryGetAsync<WorkloadKeyBinding>(cluster.PlaneNamespace, name, cancellationToken) is { } first
                && IsBoundTo(first, claim.Identity, claim.Thumbprint)
                ? null
                : throw LostRace();
        }
    }

    /// <summary>
    /// Takes the binding back if the key was bound to another identity before, by another replica at the same moment: creating an
    /// object claims its name, and the name is the identity's. Once this instance sees its own object, it sees every older one.
    /// </summary>
    private async Task RefuseSecondAsync(WorkloadKeyBinding created, PendingBinding pending, string thumbprint, CancellationToken cancellationToken)
    {
        await pending.SeenAsync(created, cancellationToken);
        if (OtherOf(thumbprint, created.Metadata.Name, created) is not { } other)
        {
            return;
        }

        await TakeBackAsync(created, cancellationToken);
        throw InUse(other);
    }

    /// <summary>
    /// Gives the old key back if another identity has the new one, which another replica bound at the same moment. No matter which was first:
    /// that this binding is older says nothing of its key, and that no one gets in for now is better than that two do.
    /// </summary>
    private async Task RefuseSecondAsync(
        WorkloadKeyBinding before, WorkloadKeyBinding written, string thumbprint, CancellationToken cancellationToken)
    {
        if (cluster.KeyBindingsByKey.Find(thumbprint).FirstOrDefault(b => b.Metadata.Name != written.Metadata.Name) is not { } other)
        {
            return;
        }

        await client.UpdateAsync(written with { Spec = before.Spec }, cancellationToken: cancellationToken);
        throw InUse(other);
    }

    private async Task ReplaceAsync(WorkloadKeyBinding existing, KeyClaim claim, CancellationToken cancellationToken)
    {
        // With the resourceVersion it was read with: of two machines that try at once, one wins.
        using PendingBinding pending = writes.Expect(existing.Metadata.Name);
        WorkloadKeyBinding written;
        try
        {
            written = await client.UpdateAsync(existing with { Spec = Spec(claim) }, cancellationToken: cancellationToken);
        }
        catch (KubernetesException e) when (e.IsConflict || e.IsNotFound)
        {
            throw LostRace();
        }

        await pending.SeenAsync(written, cancellationToken);
        await RefuseSecondAsync(existing, written, claim.Thumbprint, cancellationToken);
        LogReplaced(logger, CanonicalIdentity.Serialize(claim.Identity), existing.Spec!.Jkt, claim.Thumbprint);
    }

    private void RefuseUnlessFree(
        WorkloadKeyBinding existing, WorkloadIdentity bound, string thumbprint, bool mayReplaceKey, KeyBindingSettings settings)
    {
        string identity = CanonicalIdentity.Serialize(bound);
        NewKeyAction action = settings.OnNewKey ?? (mayReplaceKey ? NewKeyAction.ReplaceWhenGone : NewKeyAction.Refuse);

        // A document that can be replayed never replaces a key, whatever the plane is told.
        bool mayReplace = action == NewKeyAction.ReplaceWhenGone && mayReplaceKey && existing.Spec?.Identity == identity;

        // The registration outlives its agent by the grace period: once it is gone, so is the old key's holder.
        IReadOnlyCollection<WorkloadAutoRegistration> live = cluster.RegistrationsByIdentity.Find(identity);
        bool isGone = live.Count == 0;
        if (!mayReplace || !isGone)
        {
            throw Refuse.Denied(
                Reasons.KeyMismatch,
                // Deleting the binding of a member would take its identity away, and give it to anyone who comes first.
                live.OrderByDescending(r => IsConnected(r.Status?.Session)).FirstOrDefault() is { } member
                    ? $"The identity is held by an agent with another key: registration {member.Metadata.Namespace}/{member.Metadata.Name} of group "
                        + $"{member.Metadata.Namespace}/{member.GroupName}, {SessionOf(member)}. "
                        + "If that is an agent of this machine, it holds the identity: one agent joins one group, and an identity is in one group at a time. "
                        + "Otherwise give this machine an identity of its own. "
                        + (mayReplace ? "It is free again when that agent has left and its grace period is over. " : "")
                        + $"To take that agent out: Unregister-MeshWorkload {member.Metadata.Name} -Namespace {member.Metadata.Namespace}"
                    : "The identity is bound to another key: it belongs to another machine, or this one was reinstalled. "
                        + $"To reset it: kubectl -n {cluster.PlaneNamespace} delete workloadkeybinding {existing.Metadata.Name}",
                $"bound to {existing.Spec?.Jkt}, came with {thumbprint}; onNewKey {action}; registered: {!isGone}");
        }
    }

    private static bool IsConnected(SessionStatus? session) => session is { EstablishedAt: not null, EndedAt: null };

    private static string SessionOf(WorkloadAutoRegistration member) => member.Status?.Session switch
    {
        { EstablishedAt: { } since } session when IsConnected(session) => $"connected since {Second(since)}",
        { EndedAt: { } until } => $"not connected since {Second(until)}",
        _ => "never connected",
    };

    private static string Second(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    // Another machine, or an operator, was faster. Which of them has the identity now is known the next time.
    private static RefusedException LostRace() => new Refusal(
        RefusalCode.Aborted, Reasons.KeyMismatch, "Another machine asked for this identity at the same moment. Ask again.")
    {
        RetryAfter = TimeSpan.FromSeconds(2),
    }.ToException();

    private static WorkloadKeyBindingSpec Spec(KeyClaim claim) => new()
    {
        Identity = CanonicalIdentity.Serialize(claim.Identity),
        Jkt = claim.Thumbprint,
        CreatedFor = claim.Group,
    };

    [LoggerMessage(4030, LogLevel.Information, "Bound {Identity} to key {Thumbprint}")]
    private static partial void LogBound(ILogger logger, string identity, string thumbprint);

    [LoggerMessage(4031, LogLevel.Warning, "{Identity} came with a new key after its machine had left: {Old} is replaced by {New}")]
    private static partial void LogReplaced(ILogger logger, string identity, string old, string @new);
}
