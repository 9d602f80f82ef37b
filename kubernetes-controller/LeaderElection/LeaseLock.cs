using Onboarding.Api.Meta;
using Onboarding.Kubernetes.Models;

namespace Onboarding.Kubernetes.LeaderElection;

/// <summary>A Lease as a lock, seen by one of those who want it.</summary>
internal sealed class LeaseLock(KubernetesClient client, NamespacedName name, string identity, LeaderElectorOptions options)
{
    private readonly TimeProvider _clock = client.Options.TimeProvider;
    private V1Lease? _seen;
    private long _seenAt;
    private long _renewedAt;

    public NamespacedName Name { get; } = name;

    public string? Holder => string.IsNullOrEmpty(_seen?.HolderIdentity) ? null : _seen.HolderIdentity;

    public bool IsHeldByAnother => Holder is { } holder && holder != identity;

    /// <summary>Time since the last renewal that the server confirmed was sent: from then on others count.</summary>
    public TimeSpan SinceRenewal => _clock.GetElapsedTime(_renewedAt);

    /// <summary>Time until another's lease runs out; null if no other holds it, or if it has run out and was asked for in vain.</summary>
    public TimeSpan? UntilExpiry =>
        IsHeldByAnother && (_seen!.LeaseDuration ?? options.LeaseDuration) - _clock.GetElapsedTime(_seenAt) is { Ticks: > 0 } left ? left : null;

    /// <summary>Takes the lock, or keeps it. False if another has it or was faster.</summary>
    public async Task<bool> TryHoldAsync(CancellationToken cancellationToken)
    {
        long started = _clock.GetTimestamp();
        DateTimeOffset now = _clock.GetUtcNow();
        V1Lease? lease = await client.TryGetAsync<V1Lease>(Name.Namespace, Name.Name, cancellationToken);
        Observe(lease);
        if (IsHeldByAnother && _clock.GetElapsedTime(_seenAt) < (lease!.LeaseDuration ?? options.LeaseDuration))
        {
            return false;
        }

        V1Lease wanted = lease ?? new V1Lease { Metadata = new V1ObjectMeta { Namespace = Name.Namespace, Name = Name.Name } };
        bool takes = wanted.HolderIdentity != identity;
        wanted = wanted with
        {
            HolderIdentity = identity,
            LeaseDuration = options.LeaseDuration,
            RenewTime = now,
            AcquireTime = takes ? now : wanted.AcquireTime ?? now,
            LeaseTransitions = wanted.LeaseTransitions + (takes && lease is not null ? 1 : 0),
        };
        try
        {
            // The resourceVersion it carries makes sure that of two who see an expired lease one gets it.
            Observe(lease is null
                ? await client.CreateAsync(wanted, cancellationToken: cancellationToken)
                : await client.UpdateAsync(wanted, cancellationToken: cancellationToken));
            _renewedAt = started;
            return true;
        }
        catch (KubernetesException e) when (e.IsConflict || e.IsAlreadyExists || e.IsNotFound)
        {
            return false;
        }
    }

    /// <summary>Gives the lock back, if it is still held.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        if (_seen is null || _seen.HolderIdentity != identity)
        {
            return;
        }

        V1Lease free = _seen with { HolderIdentity = "", LeaseDuration = TimeSpan.FromSeconds(1), RenewTime = _clock.GetUtcNow() };
        try
        {
            Observe(await client.UpdateAsync(free, cancellationToken: cancellationToken));
        }
        catch (KubernetesException e) when (e.IsConflict || e.IsNotFound)
        {
            // Another client has it, or no one can.
        }
    }

    private void Observe(V1Lease? lease)
    {
        if (_seen?.Metadata.ResourceVersion != lease?.Metadata.ResourceVersion || _seen is null)
        {
            _seenAt = _clock.GetTimestamp();
        }

        _seen = lease;
    }
}
