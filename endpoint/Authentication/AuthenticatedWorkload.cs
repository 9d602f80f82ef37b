using System.Security.Cryptography;
using Onboarding.Api.Identity;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Authentication;

/// <summary>A workload whose credential was good.</summary>
/// <param name="Identity">What policies are asked about: exactly what the credential says.</param>
/// <param name="BoundIdentity">
/// What is bound to the agent's key and registered. Differs where hosts share a subject: there the key tells them apart.
/// </param>
internal sealed record AuthenticatedWorkload(WorkloadIdentity Identity, WorkloadIdentity BoundIdentity)
{
    /// <summary>Short name of the JWT issuer, for resource names; null for other platforms.</summary>
    public string? IssuerShortName { get; init; }

    /// <summary>
    /// True if the credential is fresh and made for this plane, so that it may bind its identity to a new key once the old one's
    /// holder is gone. False for documents that can be replayed.
    /// </summary>
    public required bool MayReplaceKey { get; init; }

    /// <summary>
    /// Why this credential can't be the one by which its identity is bound to a key for the first time; null if it can. Set for
    /// documents that carry no sign of being fresh, once their machine isn't new any more.
    /// </summary>
    public Refusal? NotForNewBinding { get; init; }

    /// <summary>Set for a credential that belongs to the first key it comes with: what tells it apart, and until when.</summary>
    public OneUse? OneUse { get; init; }
}

/// <summary>A credential that belongs to the first key it comes with.</summary>
/// <param name="Name">Tells it apart from all others, e.g. <c>gcp-</c> and the hash of the token: a name of a Kubernetes object.</param>
/// <param name="ExpiresAt">When the credential is worth nothing any more, and nothing needs to be remembered.</param>
internal sealed record OneUse(string Name, DateTimeOffset ExpiresAt)
{
    /// <summary>The use of a token. Its hash alone is kept: what is stored can't be presented.</summary>
    /// <param name="platform">Which platform's token, lower case.</param>
    /// <param name="token">The token.</param>
    /// <param name="expiresAt">When it is worth nothing any more.</param>
    public static OneUse FromToken(string platform, ReadOnlySpan<byte> token, DateTimeOffset expiresAt) =>
        new($"{platform}-{Convert.ToHexStringLower(SHA256.HashData(token))}", expiresAt);
}
