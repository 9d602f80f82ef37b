namespace Onboarding.Endpoint.Authentication.Cms;

/// <summary>The attributes that are signed in place of the content, and tie it in by its digest.</summary>
/// <param name="Encoded">All of them as they are signed: a SET in DER (RFC 5652, 5.4).</param>
/// <param name="MessageDigest">The content's SHA-256, as they say.</param>
internal sealed record CmsAttributes(ReadOnlyMemory<byte> Encoded, ReadOnlyMemory<byte> MessageDigest);
