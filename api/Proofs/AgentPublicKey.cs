using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Onboarding.Api.Proofs;

/// <summary>An agent's public key: P-256, checked once when it comes in.</summary>
public sealed class AgentPublicKey
{
    private const string P256 = "1.2.840.10045.3.1.7";
    private const int LongestEncoding = 256;
    private readonly ECParameters _key;

    private AgentPublicKey(byte[] subjectPublicKeyInfo, ECParameters key)
    {
        SubjectPublicKeyInfo = subjectPublicKeyInfo;
        _key = key;
        string x = Base64Url.EncodeToString(key.Q.X!);
        string y = Base64Url.EncodeToString(key.Q.Y!);
        Thumbprint = Base64Url.EncodeToString(SHA256.HashData(
            Encoding.UTF8.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}""")));
    }

    /// <summary>The key as SubjectPublicKeyInfo, DER.</summary>
    public ReadOnlyMemory<byte> SubjectPublicKeyInfo { get; }

    /// <summary>JWK thumbprint (RFC 7638), base64url: what <c>cnf.jkt</c> and <c>spec.jkt</c> hold.</summary>
    public string Thumbprint { get; }

    /// <summary>Reads a key an agent sent.</summary>
    /// <param name="subjectPublicKeyInfo">SubjectPublicKeyInfo, DER.</param>
    /// <returns>The key, or null if it isn't exactly one P-256 key, uncompressed.</returns>
    public static AgentPublicKey? TryRead(ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        // Size before parsing: what comes in here hasn't been authenticated yet.
        if (subjectPublicKeyInfo.Length is 0 or > LongestEncoding)
        {
            return null;
        }

        try
        {
            using ECDsa key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo, out _);
            ECParameters parameters = key.ExportParameters(includePrivateParameters: false);
            bool isP256 = parameters.Curve.IsNamed && parameters.Curve.Oid.Value == P256;

            // One key, one spelling: the reader takes an "unused bit" of the point, a compressed point, bytes behind it. Whoever
            // compares keys as bytes must never take one for two.
            return isP256 && subjectPublicKeyInfo.SequenceEqual(key.ExportSubjectPublicKeyInfo())
                ? new AgentPublicKey(subjectPublicKeyInfo.ToArray(), parameters)
                : null;
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
        using ECDsa key = ECDsa.Create(_key);
        return key.VerifyData(statement, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
