using System.Security.Cryptography;
using Onboarding.Api.Proofs;

namespace Onboarding.Testing;

/// <summary>The key of an agent.</summary>
public sealed class TestAgentKey : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public byte[] PublicBytes => _key.ExportSubjectPublicKeyInfo();

    public AgentPublicKey Public => AgentPublicKey.TryRead(PublicBytes)!;

    public byte[] Sign(byte[] statement) => _key.SignData(statement, HashAlgorithmName.SHA256);

    public void Dispose() => _key.Dispose();
}
