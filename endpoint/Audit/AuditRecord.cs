using Onboarding.Api.Identity;

namespace Onboarding.Endpoint.Audit;

/// <summary>
/// One decision of the plane. Filled in while a call is worked on: whatever is known when it ends is in the record. Has no field
/// that could hold a token, credential, proof or key.
/// </summary>
internal sealed class AuditRecord(string action, string correlationId, string source)
{
    /// <summary>What was asked for: <c>authorize</c>, <c>register</c>, <c>unregister</c>, <c>connect</c>, <c>renew</c>, <c>remove</c>.</summary>
    public string Action { get; } = action;

    /// <summary>Printed to the caller, so that a person can find this record.</summary>
    public string CorrelationId { get; } = correlationId;

    /// <summary>Address the call came from.</summary>
    public string Source { get; } = source;

    /// <summary>Who was proved to ask; null if nobody was.</summary>
    public WorkloadIdentity? Identity { get; set; }

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

    /// <summary>Anything else worth knowing.</summary>
    public string? Detail { get; set; }
}
