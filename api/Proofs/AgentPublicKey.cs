using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Onboarding.Api.Proofs;

/// <summary>An agent's public key: P-256, checked once when it comes in.</summary>
#pragma warning disable CA1001 // its finalizer frees what it holds: calls share it
public sealed class AgentPublicKey
#pragma warning restore CA1001
{
    private const int Coordinate = 32;

    // Checking a point costs more than verifying a signature: once for each key that comes in.
    private readonly ECDsa _key;
    private readonly Lock _lock = new();

    private AgentPublicKey(byte[] subjectPublicKeyInfo, ECPoint point)
    {
        SubjectPublicKeyInfo = subjectPublicKeyInfo;
        _key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point });
        string x = Base64Url.EncodeToString(point.X!);
        string y = Base64Url.EncodeToString(point.Y!);
        Thumbprint = Base64Url.EncodeToString(SHA256.HashData(
            Encoding.UTF8.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}""")));
    }

    /// <summary>The key as SubjectPublicKeyInfo, DER.</summary>
    public ReadOnlyMemory<byte> SubjectPublicKeyInfo { get; }

    /// <summary>JWK thumbprint (RFC 7638), base64url: what <c>cnf.jkt</c> and <c>spec.jkt</c> hold.</summary>
    public string Thumbprint { get; }

    // SEQUENCE { SEQUENCE { ecPublicKey, prime256v1 }, BIT STRING { uncompressed point } }: all but the coordinates is the same for each key.
    private static ReadOnlySpan<byte> Prefix =>
    [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07,
        0x03, 0x42, 0x00, 0x04,
    ];

    /// <summary>Reads a key an agent sent.</summary>
    /// <param name="subjectPublicKeyInfo">SubjectPublicKeyInfo, DER.</param>
    /// <returns>The key, or null if it isn't exactly one P-256 key, uncompressed.</returns>
    public static AgentPublicKey? TryRead(ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        // One key, one spelling: a reader of DER takes an "unused bit" of the point, a compressed point, bytes behind it. Anyone who compares keys
        // as bytes must never take one for two.
        if (subjectPublicKeyInfo.Length != Prefix.Length + (2 * Coordinate) || !subjectPublicKeyInfo.StartsWith(Prefix))
        {
            return null;
        }

        try
        {
            ReadOnlySpan<byte> point = subjectPublicKeyInfo[Prefix.Length..];
            return new AgentPublicKey(
                subjectPublicKeyInfo.ToArray(), new ECPoint { X = point[..Coordinate].ToArray(), Y = point[Coordinate..].ToArray() });
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
        {
            // The latter is what .NET says on Linux of a point that isn't on the curve.
            return null;
        }
    }

    /// <summary>True if this key signed the statement: ECDSA, SHA-256, r ‖ s.</summary>
    /// <param name="statement">What was signed, from <see cref="Statements"/>.</param>
    /// <param name="signature">64 bytes.</param>
    public bool Verify(ReadOnlySpan<byte> statement, ReadOnlySpan<byte> signature)
    {
        // Two calls with one key are rare; the object isn't made for them.
        lock (_lock)
        {
            return _key.VerifyData(statement, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
    }
}
