using System.Security.Cryptography;
using Google.Protobuf.WellKnownTypes;

namespace Onboarding.Api.Proofs;

/// <summary>
/// The three statements an agent signs with its key (docs/reference/names.md, "Signed statements"). Agent and plane both build
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

    private static byte[] HashOf(string token) => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(token));
}
