using Onboarding.Api.Identity;
using Onboarding.Api.Istio;
using Onboarding.Authorization;

namespace Onboarding.Plane.Audit;

/// <summary>
/// One decision of the plane. Filled in while a call is worked on: whatever is known when it ends is in the record. Has no field
/// that could hold a token, credential, proof or key.
/// </summary>
internal sealed class AuditRecord(string action, string correlationId, string source)
{
    /// <summary>What was asked for: <c>authorize</c>, <c>register</c>, <c>unregister</c>, <c>connect</c>, <c>renew</c>, <c>remove</c>,
    /// <c>unauthorized</c>, <c>evict</c>.</summary>
    public string Action { get; } = action;

    /// <summary>Printed to the caller, so that a person can find this record.</summary>
    public string CorrelationId { get; } = correlationId;

    /// <summary>Address the call came from.</summary>
    public string Source { get; } = source;

    /// <summary>Who was proved to ask; null if no identity was proved.</summary>
    public WorkloadIdentity? Identity { get; set; }

    /// <summary>
    /// True once the caller was proved to be <see cref="Identity"/>: by a credential, or by a token and the key it is bound to. Before
    /// that a record may name whose token was stolen; nothing in the cluster is written about it.
    /// </summary>
    public bool IsVerified { get; set; }

    /// <summary>The group asked for, if a decision was made and there is such a group.</summary>
    public WorkloadGroup? Group { get; private set; }

    /// <summary>The policy whose rule came closest, if one did.</summary>
    public string? NearestPolicy { get; private set; }

    /// <summary>Namespace of the group asked for.</summary>
    public string? GroupNamespace { get; set; }

    /// <summary>Name of the group asked for.</summary>
    public string? GroupName { get; set; }

    /// <summary>Name of the registration.</summary>
    public string? Registration { get; set; }

    /// <summary>Thumbprint of the agent's key (public).</summary>
    public string? Key { get; set; }

    /// <summary>The <c>jti</c> of the onboarding token.</summary>
    public string? TokenId { get; set; }

    /// <summary>Policy that admitted.</summary>
    public string? Policy { get; set; }

    /// <summary>Rule in it, counted from 1.</summary>
    public int? Rule { get; set; }

    /// <summary>The rule that came closest to admitting, and what it lacked.</summary>
    public string? NearestMiss { get; set; }

    /// <summary>Why every rule that was looked at didn't match.</summary>
    public IReadOnlyList<string> Explanation { get; set; } = [];

    /// <summary>What the decision read; null if none was made.</summary>
    public DecisionInputs? Inputs { get; set; }

    /// <summary>Of a refusal: how many more of the same caller, for the same reason, have no record of their own since the last one.</summary>
    public int Repeated { get; set; }

    /// <summary>Anything else worth knowing.</summary>
    public string? Detail { get; set; }

    /// <summary>Takes what policies said.</summary>
    public void Take(PolicyExplanation explanation, WorkloadGroup? group)
    {
        Group = group;
        Explanation = explanation.Lines;
        // A rule of which nothing holds, or that is about other groups, isn't the one to be edited: it is only there.
        NearestPolicy = explanation.Decision.Policy
            ?? explanation.Rules.FirstOrDefault(r => r.Effect == RuleEffect.Allow && r.SelectsGroup && r.Matched.Count > 0)?.Policy;
        if (explanation.Decision.IsAllowed)
        {
            Policy = explanation.Decision.Policy;
            Rule = explanation.Decision.Rule;
        }
        else
        {
            NearestMiss = explanation.Summary;
        }
    }
}
