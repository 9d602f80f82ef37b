using Onboarding.Api.Proofs;

namespace Onboarding.Endpoint.Tokens;

/// <summary>A caller that showed an onboarding token and proved to have its key.</summary>
/// <param name="Claims">What the token says.</param>
/// <param name="Key">The agent's key.</param>
/// <param name="RegistrationUid">Uid of the registration the caller means; empty if it doesn't know one.</param>
internal sealed record ProvenCaller(OnboardingTokenClaims Claims, AgentPublicKey Key, string RegistrationUid);
