using System.Security.Cryptography;

namespace Onboarding.Plane.Keys;

/// <summary>The keys that all replicas of a plane share, as they stand in the Secret. Immutable.</summary>
internal sealed record TokenKeys
{
    /// <summary>Signs onboarding tokens: P-256, with its private part.</summary>
    public required ECParameters SigningKey { get; init; }

    /// <summary>Its key id: the JWK thumbprint.</summary>
    public required string SigningKeyId { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>MAC key of challenges.</summary>
    public required byte[] ChallengeKey { get; init; }

    /// <summary>Keys that signed earlier; good until the last token they signed has expired.</summary>
    public IReadOnlyList<RetiredTokenKey> Retired { get; init; } = [];

    /// <summary>Never prints a key.</summary>
    public override string ToString() => $"TokenKeys {SigningKeyId} of {CreatedAt:u}, {Retired.Count} retired";
}

/// <summary>The public part of a key that signs no more tokens.</summary>
/// <param name="KeyId">Its <c>kid</c>.</param>
/// <param name="SubjectPublicKeyInfo">The public key, DER.</param>
/// <param name="Until">When the last token it signed has expired.</param>
internal sealed record RetiredTokenKey(string KeyId, byte[] SubjectPublicKeyInfo, DateTimeOffset Until);
