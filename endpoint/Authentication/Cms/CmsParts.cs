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
