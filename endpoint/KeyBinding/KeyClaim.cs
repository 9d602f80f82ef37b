using Onboarding.Api.Identity;
using Onboarding.Api.Istio;

namespace Onboarding.Endpoint.KeyBinding;

/// <summary>What an onboarding token says about the binding of its identity to its key.</summary>
/// <param name="Identity">The identity.</param>
/// <param name="Thumbprint">Thumbprint of the agent's key.</param>
/// <param name="Group">The group that the token is for.</param>
/// <param name="IssuedAt">When the token was issued.</param>
/// <param name="MayBind">
/// <see cref="New"/>, or the thumbprint that the key may replace; null where the identity was bound to the key when the token was issued.
/// </param>
internal sealed record KeyClaim(
    WorkloadIdentity Identity, string Thumbprint, WorkloadGroupReference Group, DateTimeOffset IssuedAt, string? MayBind)
{
    /// <summary>The identity was bound to no key when the token was issued. No thumbprint: those have 43 characters.</summary>
    public const string New = "new";
}
