using Onboarding.Api.Identity;
using Onboarding.Api.Istio;
using Onboarding.Endpoint.KeyBinding;

namespace Onboarding.Endpoint.Tokens;

/// <summary>What an onboarding token says: a decision of the plane, good until it expires and only with the agent's key.</summary>
internal sealed record OnboardingTokenClaims
{
    /// <summary>The registered identity.</summary>
    public required WorkloadIdentity Workload { get; init; }

    /// <summary>Namespace of the group.</summary>
    public required string GroupNamespace { get; init; }

    /// <summary>Name of the group.</summary>
    public required string GroupName { get; init; }

    /// <summary>Name of the registration, in the group's namespace.</summary>
    public required string Registration { get; init; }

    /// <summary>Thumbprint of the agent's key.</summary>
    public required string Thumbprint { get; init; }

    /// <summary>What its first registration may do to the identity's key binding (<see cref="KeyClaim.MayBind"/>).</summary>
    public string? MayBind { get; init; }

    /// <summary>What it says about the key.</summary>
    public KeyClaim Key => new(Workload, Thumbprint, new WorkloadGroupReference(GroupNamespace, GroupName), IssuedAt, MayBind);

    /// <summary>Identifies the token in the audit log.</summary>
    public required string Id { get; init; }

    /// <summary>When it was issued.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>When it expires.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}
