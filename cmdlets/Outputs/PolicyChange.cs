using Onboarding.Fleet.Audit;

namespace Onboarding.Cmdlets;

/// <summary>A machine that would get another answer than it got.</summary>
public sealed class PolicyChange
{
    internal PolicyChange(ReplayedDecision decision)
    {
        Namespace = decision.Namespace;
        WorkloadGroup = decision.Group;
        Identity = MeshIdentity.Parse(decision.IdentityJson);
        WasAdmitted = decision.WasAdmitted;
        Admitted = decision.IsAdmitted;
        Policy = decision.Policy;
        Rule = decision.Rule;
        NearestMiss = decision.Why;
        Time = decision.Entry.Time;
        CorrelationId = decision.Entry.CorrelationId;
    }

    /// <summary>Namespace of the group.</summary>
    public string Namespace { get; }

    /// <summary>The group.</summary>
    public string WorkloadGroup { get; }

    /// <summary>Who asked. <c>-Identity</c> takes it.</summary>
    public MeshIdentity? Identity { get; }

    /// <summary>What it was told.</summary>
    public bool WasAdmitted { get; }

    /// <summary>What it would be told.</summary>
    public bool Admitted { get; }

    /// <summary>The policy that would decide.</summary>
    public string? Policy { get; }

    /// <summary>Its rule, counted from 1.</summary>
    public int? Rule { get; }

    /// <summary>If it would be refused: the rule that comes closest, and what it lacks.</summary>
    public string? NearestMiss { get; }

    /// <summary>When it asked.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>Finds the decision in the audit log.</summary>
    public string CorrelationId { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Identity} {(Admitted ? "would be admitted to" : "would be refused by")} {Namespace}/{WorkloadGroup}";
}
