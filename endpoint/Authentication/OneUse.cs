using System.Security.Cryptography;

namespace Onboarding.Endpoint.Authentication;

/// <summary>A credential that belongs to the first key it comes with.</summary>
/// <param name="Name">Tells it apart from all others, e.g. <c>gcp-</c> and the hash of the token: a name of a Kubernetes object.</param>
/// <param name="ExpiresAt">When the credential is worth nothing any more, and nothing needs to be remembered.</param>
internal sealed record OneUse(string Name, DateTimeOffset ExpiresAt)
{
    /// <summary>The use of a token. Its hash alone is kept: what is stored can't be presented.</summary>
    /// <param name="platform">Which platform's token, lower case.</param>
    /// <param name="token">The token.</param>
    /// <param name="expiresAt">When it is worth nothing any more.</param>
    public static OneUse Of(string platform, ReadOnlySpan<byte> token, DateTimeOffset expiresAt) =>
        new($"{platform}-{Convert.ToHexStringLower(SHA256.HashData(token))}", expiresAt);
}
