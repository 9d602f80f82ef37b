using System.Security.Cryptography;
using Onboarding.Api.Proofs;

namespace Onboarding.Client.Keys;

/// <summary>The agent's P-256 key. The private half never leaves the machine.</summary>
public sealed class AgentKey : IDisposable
{
    private readonly ECDsa _key;

    internal AgentKey(ECDsa key, AgentKeyOrigin origin)
    {
        _key = key;
        Origin = origin;
        PublicKey = AgentPublicKey.TryRead(key.ExportSubjectPublicKeyInfo())
            ?? throw new CryptographicException("The agent's key isn't a P-256 key.");
    }

    /// <summary>The public half.</summary>
    public AgentPublicKey PublicKey { get; }

    /// <summary>Where the key comes from.</summary>
    public AgentKeyOrigin Origin { get; }

    /// <summary>Signs a statement of <see cref="Statements"/>: ECDSA, SHA-256, r ‖ s.</summary>
    /// <param name="statement">The statement.</param>
    /// <returns>64 bytes.</returns>
    public byte[] Sign(ReadOnlySpan<byte> statement)
    {
        lock (_key)
        {
            return _key.SignData(statement, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _key.Dispose();
}

/// <summary>Where an agent's key comes from.</summary>
public enum AgentKeyOrigin
{
    /// <summary>It was on disk already.</summary>
    Loaded,

    /// <summary>It was made just now, the first one in this state directory.</summary>
    Created,

    /// <summary>It was made just now, because the one on disk was made on another machine: the disk is a copy.</summary>
    ReplacedOnOtherMachine,
}
