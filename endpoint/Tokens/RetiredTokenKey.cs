namespace Onboarding.Endpoint.Tokens;

/// <summary>The public part of a key that signs no more tokens.</summary>
/// <param name="KeyId">Its <c>kid</c>.</param>
/// <param name="SubjectPublicKeyInfo">The public key, DER.</param>
/// <param name="Until">When the last token it signed has expired.</param>
internal sealed record RetiredTokenKey(string KeyId, byte[] SubjectPublicKeyInfo, DateTimeOffset Until);
