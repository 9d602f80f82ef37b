namespace Onboarding.Endpoint.Authentication.Cms;

/// <summary>What a signed message consists of. Nothing in here is verified.</summary>
/// <param name="Content">The content.</param>
/// <param name="Certificates">Certificates that came along, as they are encoded.</param>
/// <param name="Issuer">Issuer of the signer's certificate, DER.</param>
/// <param name="SerialNumber">Serial number of the signer's certificate, as encoded.</param>
/// <param name="Attributes">The signed attributes; null if the signature is over the content itself.</param>
/// <param name="Signature">The signature: RSA, PKCS #1 version 1.5, SHA-256.</param>
internal sealed record CmsParts(
    ReadOnlyMemory<byte> Content,
    IReadOnlyList<ReadOnlyMemory<byte>> Certificates,
    ReadOnlyMemory<byte> Issuer,
    ReadOnlyMemory<byte> SerialNumber,
    CmsAttributes? Attributes,
    ReadOnlyMemory<byte> Signature);

/// <summary>The attributes that are signed in place of the content, and tie it in by its digest.</summary>
/// <param name="Encoded">All of them as they are signed: a SET in DER (RFC 5652, 5.4).</param>
/// <param name="MessageDigest">The content's SHA-256, as they say.</param>
internal sealed record CmsAttributes(ReadOnlyMemory<byte> Encoded, ReadOnlyMemory<byte> MessageDigest);
