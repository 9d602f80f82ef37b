using System.Security.Cryptography;
using Google.Protobuf.WellKnownTypes;

namespace Onboarding.Api.Proofs;

/// <summary>
/// The statements that are signed to prove something (docs/reference/names.md, "Signed statements"). Agent and plane both build
/// them here, from what each of them knows by itself.
/// </summary>
public static class Statements
{
    /// <summary>Signed in AuthorizeOnboarding: ties credential, group and plane to the agent's key and to a fresh challenge.</summary>
    /// <param name="challenge">The challenge of GetPlane, unchanged.</param>
    /// <param name="credential">The credential that is presented.</param>
    /// <param name="groupNamespace">Namespace of the group to join.</param>
    /// <param name="groupName">Name of the group to join.</param>
    /// <param name="planeUid">The plane's uid.</param>
    /// <param name="publicKey">The agent's public key (SubjectPublicKeyInfo, DER).</param>
    public static byte[] Authorization(
        ReadOnlySpan<byte> challenge,
        Any credential,
        string groupNamespace,
        string groupName,
        string planeUid,
        ReadOnlySpan<byte> publicKey)
    {
        ArgumentNullException.ThrowIfNull(credential);
        // The credential is hashed field by field: the encoding of a protobuf message isn't canonical.
        byte[] hash = SHA256.HashData(
            new StatementWriter("credential").Add(credential.TypeUrl).Add(credential.Value.Span).ToArray());
        return new StatementWriter("onboarding.v1alpha1/authorize")
            .Add(challenge).Add(hash).Add(groupNamespace).Add(groupName).Add(planeUid).Add(publicKey).ToArray();
    }

    /// <summary>Signed for every unary call that carries an onboarding token.</summary>
    /// <param name="method">Full name of the method, e.g. <c>/onboarding.v1alpha1.WorkloadRegistrationService/RegisterWorkload</c>.</param>
    /// <param name="request">The request message as sent.</param>
    /// <param name="token">The onboarding token.</param>
    /// <param name="planeUid">The plane's uid.</param>
    /// <param name="registrationUid">Uid of the registration; empty before the first RegisterWorkload.</param>
    /// <param name="timeUnixMs">When the proof was made, Unix time in milliseconds.</param>
    public static byte[] Request(
        string method,
        ReadOnlySpan<byte> request,
        string token,
        string planeUid,
        string registrationUid,
        long timeUnixMs) =>
        new StatementWriter("onboarding.v1alpha1/request")
            .Add(method).Add(SHA256.HashData(request)).Add(HashOf(token)).Add(planeUid).Add(registrationUid).Add(timeUnixMs)
            .ToArray();

    /// <summary>Signed as the first message of a session, over the plane's nonce.</summary>
    /// <param name="nonce">The nonce of SessionChallenge.</param>
    /// <param name="token">The onboarding token of the call.</param>
    /// <param name="planeUid">The plane's uid.</param>
    /// <param name="registrationUid">Uid of the registration.</param>
    public static byte[] Session(ReadOnlySpan<byte> nonce, string token, string planeUid, string registrationUid) =>
        new StatementWriter("onboarding.v1alpha1/session")
            .Add(nonce).Add(HashOf(token)).Add(planeUid).Add(registrationUid).ToArray();

    /// <summary>
    /// Signed with the key of a certificate, to show that the caller has it. Covers a nonce of the signer's own, so that no one gets
    /// it to sign exactly what he chose, and the agent's key, so that the proof serves no other agent.
    /// </summary>
    /// <param name="challenge">The challenge of GetPlane, unchanged.</param>
    /// <param name="nonce">The signer's nonce.</param>
    /// <param name="certificate">The certificate, DER.</param>
    /// <param name="planeUid">The plane's uid.</param>
    /// <param name="keyThumbprint">Thumbprint of the agent's key.</param>
    public static byte[] Possession(
        ReadOnlySpan<byte> challenge,
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> certificate,
        string planeUid,
        string keyThumbprint) =>
        new StatementWriter("onboarding.v1alpha1/possession")
            .Add(challenge).Add(nonce).Add(SHA256.HashData(certificate)).Add(planeUid).Add(keyThumbprint).ToArray();

    /// <summary>
    /// What a platform that signs a short text (Azure's attested document) is asked to sign: 32 hexadecimal digits of a hash over
    /// challenge, plane and the agent's key.
    /// </summary>
    /// <param name="challenge">The challenge of GetPlane, unchanged.</param>
    /// <param name="planeUid">The plane's uid.</param>
    /// <param name="keyThumbprint">Thumbprint of the agent's key.</param>
    public static string PlatformNonce(ReadOnlySpan<byte> challenge, string planeUid, string keyThumbprint)
    {
        byte[] statement = new StatementWriter("onboarding.v1alpha1/platform-nonce").Add(challenge).Add(planeUid).Add(keyThumbprint).ToArray();
        return Convert.ToHexStringLower(SHA256.HashData(statement).AsSpan(0, 16));
    }

    private static byte[] HashOf(string token) => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(token));
}
