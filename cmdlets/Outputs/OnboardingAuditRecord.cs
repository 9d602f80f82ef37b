using Onboarding.Fleet.Audit;

namespace Onboarding.Cmdlets;

/// <summary>A decision of the plane, as its audit log has it.</summary>
public sealed class OnboardingAuditRecord
{
    internal OnboardingAuditRecord(AuditEntry entry)
    {
        Time = entry.Time;
        Action = entry.Action;
        Allowed = entry.IsAllowed;
        Namespace = entry.Namespace;
        WorkloadGroup = entry.Group;
        Name = entry.Registration;
        Identity = MeshIdentity.Parse(entry.IdentityJson);
        Reason = entry.ErrorId;
        Message = entry.Message;
        Policy = entry.Policy;
        Rule = entry.Rule;
        NearestMiss = entry.NearestMiss;
        Detail = entry.Detail;
        CorrelationId = entry.CorrelationId;
        Source = entry.Source;
        Thumbprint = entry.Key;
        Repeated = entry.Repeated;
    }

    /// <summary>When.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>What was asked for: <c>authorize</c>, <c>register</c>, <c>connect</c>, <c>renew</c>…</summary>
    public string Action { get; }

    /// <summary>True if it was done, false if it was refused.</summary>
    public bool Allowed { get; }

    /// <summary>Namespace of the group.</summary>
    public string? Namespace { get; }

    /// <summary>The group.</summary>
    public string? WorkloadGroup { get; }

    /// <summary>The registration.</summary>
    public string? Name { get; }

    /// <summary>Who was proved to ask; null if no one was.</summary>
    public MeshIdentity? Identity { get; }

    /// <summary>Of a refusal: the error id that the machine saw.</summary>
    public string? Reason { get; }

    /// <summary>Of a refusal: what the machine was told.</summary>
    public string? Message { get; }

    /// <summary>The policy that admitted.</summary>
    public string? Policy { get; }

    /// <summary>Its rule, counted from 1.</summary>
    public int? Rule { get; }

    /// <summary>The rule that came closest, and what it lacked.</summary>
    public string? NearestMiss { get; }

    /// <summary>What only the operator is told.</summary>
    public string? Detail { get; }

    /// <summary>What the machine was told to find it by.</summary>
    public string CorrelationId { get; }

    /// <summary>Address that the call came from.</summary>
    public string Source { get; }

    /// <summary>Thumbprint of the machine's key.</summary>
    public string? Thumbprint { get; }

    /// <summary>How many more of the same have no record of their own.</summary>
    public int Repeated { get; }

    /// <inheritdoc/>
    public override string ToString() => CorrelationId;
}
