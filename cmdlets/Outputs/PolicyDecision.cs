using Onboarding.Fleet.Policies;

namespace Onboarding.Cmdlets;

/// <summary>What policies say of a workload and a group.</summary>
public sealed class PolicyDecision
{
    private readonly Decision _decision;

    internal PolicyDecision(Decision decision)
    {
        _decision = decision;
        Identity = MeshIdentity.Parse(decision.IdentityJson);
        Explanation = new FlatList<string>(decision.Explanation);
    }

    /// <summary>Who asks. <c>-Identity</c> takes it.</summary>
    public MeshIdentity? Identity { get; }

    /// <summary>Namespace of the group.</summary>
    public string Namespace => _decision.Namespace;

    /// <summary>Name of the group.</summary>
    public string WorkloadGroup => _decision.Group;

    /// <summary>True if it may join.</summary>
    public bool Admitted => _decision.Admitted;

    /// <summary><c>Allowed</c>, <c>NoRule</c>, <c>Denied</c>, <c>Closed</c> (a policy with deny can't be read) or <c>NoGroup</c>.</summary>
    public string Outcome => _decision.Outcome;

    /// <summary>The policy that decided.</summary>
    public string? Policy => _decision.Policy;

    /// <summary>Its rule, counted from 1.</summary>
    public int? Rule => _decision.Rule;

    /// <summary>The rule that came closest, and what it lacked.</summary>
    public string? NearestMiss => _decision.NearestMiss;

    /// <summary>All that was looked at, the decisive first.</summary>
    public FlatList<string> Explanation { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{_decision.Subject} {(Admitted ? "may" : "may not")} join {Namespace}/{WorkloadGroup}";
}
