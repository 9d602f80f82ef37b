using Onboarding.Fleet.Policies;

namespace Onboarding.Cmdlets;

/// <summary>What policies say of a workload and a group.</summary>
public sealed class PolicyDecision
{
    private readonly Decision _decision;

    internal PolicyDecision(Decision decision)
    {
        _decision = decision;
        Explanation = [.. decision.Explanation];
    }

    /// <summary>Who asks.</summary>
    public string Subject => _decision.Subject;

    /// <summary>Namespace of the group.</summary>
    public string Namespace => _decision.Namespace;

    /// <summary>The WorkloadGroup.</summary>
    public string Group => _decision.Group;

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
    public string[] Explanation { get; }

    /// <summary>The explanation, one a line.</summary>
    public string ExplanationText => string.Join(Environment.NewLine, Explanation);

    /// <inheritdoc/>
    public override string ToString() => $"{Subject} {(Admitted ? "may" : "may not")} join {Namespace}/{Group}";
}
