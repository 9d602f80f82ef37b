namespace Onboarding.Endpoint.Authentication.Cms;

/// <summary>What a signed message consists of. Nothing in here is verified.</summary>
/// <param name="Content">The content.</param>
/// <param name="Certificates">Certificates that came along, as they are encoded.</param>
/// <param name="Issuer">Issuer of the signer's certificate, DER.</param>
/// <param name="SerialNumber">Serial number of the signer's certificate, as encoded.</param>
internal sealed record CmsParts(
    ReadOnlyMemory<byte> Content,
    IReadOnlyList<ReadOnlyMemory<byte>> Certificates,
    ReadOnlyMemory<byte> Issuer,
    ReadOnlyMemory<byte> SerialNumber);
