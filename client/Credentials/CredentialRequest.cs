using Onboarding.Api.Proofs;

namespace Onboarding.Client.Credentials;

/// <summary>What a credential is to be made for.</summary>
/// <param name="Audience">The plane's uid: a credential for one plane is worth nothing at another.</param>
/// <param name="Challenge">The challenge of GetPlane: platforms that let one put something in tie their credential to it.</param>
/// <param name="Key">The agent's key.</param>
internal sealed record CredentialRequest(string Audience, ReadOnlyMemory<byte> Challenge, AgentPublicKey Key)
{
    /// <summary>Type URLs of the credentials that the plane accepts at present.</summary>
    public IReadOnlyList<string> Accepted { get; init; } = [];
}
