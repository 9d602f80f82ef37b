using Google.Protobuf.WellKnownTypes;
using Onboarding.Api.Proofs;

namespace Onboarding.Client.Credentials;

/// <summary>Something that can get a credential of the platform.</summary>
internal interface ICredentialSource
{
    /// <summary>Its name, for people, e.g. <c>plugin 'corp-jwt'</c>.</summary>
    string Name { get; }

    /// <summary>Gets a fresh credential.</summary>
    /// <param name="request">What it is to be made for.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="Errors.OnboardingException">It has none.</exception>
    Task<Credential> GetAsync(CredentialRequest request, CancellationToken cancellationToken);
}

/// <summary>What proves to the plane who this machine is.</summary>
/// <param name="Value">The credential message.</param>
/// <param name="ExpiresAt">When it stops being good.</param>
/// <param name="Source">Which source gave it, for people.</param>
internal sealed record Credential(Any Value, DateTimeOffset ExpiresAt, string Source);

/// <summary>What a credential is to be made for.</summary>
/// <param name="Audience">The plane's uid: a credential for one plane is worth nothing at another.</param>
/// <param name="Challenge">The challenge of GetPlane: platforms that let one put something in tie their credential to it.</param>
/// <param name="Key">The agent's key.</param>
internal sealed record CredentialRequest(string Audience, ReadOnlyMemory<byte> Challenge, AgentPublicKey Key)
{
    /// <summary>Type URLs of the credentials that the plane accepts at present.</summary>
    public IReadOnlyList<string> Accepted { get; init; } = [];
}
