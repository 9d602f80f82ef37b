using Onboarding.Fleet.Keys;

namespace Onboarding.Cmdlets;

/// <summary>A workload's identity and the key that it is bound to.</summary>
public sealed class MeshWorkloadKey
{
    internal MeshWorkloadKey(BoundKey key)
    {
        Key = key;
        Identity = MeshIdentity.Parse(key.IdentityJson);
    }

    /// <summary>Namespace of the workload.</summary>
    public string Namespace => Key.Namespace;

    /// <summary>Its WorkloadGroup.</summary>
    public string WorkloadGroup => Key.Group;

    /// <summary>Its registration; null if it has left.</summary>
    public string? Name => Key.Registration;

    /// <summary>Who it was proved to be; null if it has left.</summary>
    public MeshIdentity? Identity { get; }

    /// <summary>The identity as it is bound, e.g. <c>jwt https://idp.example vm-1</c>.</summary>
    public string BoundIdentity => Key.CanonicalIdentity;

    /// <summary>Thumbprint (RFC 7638) of the key, as the audit log has it.</summary>
    public string Thumbprint => Key.Thumbprint;

    /// <summary>Why it is excluded; null if it isn't.</summary>
    public string? Excluded => Key.StayOut;

    /// <summary>Since when no workload has the identity.</summary>
    public DateTimeOffset? UnusedSince => Key.UnusedSince;

    /// <summary>When it was bound.</summary>
    public DateTimeOffset? Created => Key.Created;

    /// <inheritdoc/>
    public override string ToString() => Name ?? BoundIdentity;

    internal BoundKey Key { get; }
}
