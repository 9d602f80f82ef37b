using Google.Protobuf;
using Onboarding.Api;
using Onboarding.Api.Proofs;
using Onboarding.Api.Rpc;
using Onboarding.Endpoint.Refusals;

namespace Onboarding.Endpoint.Tokens;

/// <summary>
/// Checks the proof of possession that comes with every unary call that carries an onboarding token: what makes a stolen token
/// useless, and a stolen call useless for anything but the same call within the same minute.
/// </summary>
internal sealed class RequestProofVerifier(TimeProvider time)
{
    public const string MetadataKey = "onboarding-proof-bin";

    private const int LongestProof = 1024;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    /// <summary>Checks a proof.</summary>
    /// <param name="proofBytes">Value of <see cref="MetadataKey"/>; null if absent.</param>
    /// <param name="method">Full name of the method that is called.</param>
    /// <param name="request">The request's bytes, as received.</param>
    /// <param name="token">The onboarding token.</param>
    /// <param name="claims">What the token says, already verified.</param>
    /// <param name="planeUid">The plane's uid.</param>
    /// <exception cref="RefusedException">The caller didn't prove to have the token's key for this very request.</exception>
    public ProvenCaller Verify(
        byte[]? proofBytes,
        string method,
        ReadOnlySpan<byte> request,
        string token,
        OnboardingTokenClaims claims,
        string planeUid)
    {
        RequestProof proof = Read(proofBytes);
        AgentPublicKey key = AgentPublicKey.TryRead(proof.PublicKey.Span)
            ?? throw Refuse.Unauthenticated(Reasons.ProofInvalid, "The proof's public key isn't a P-256 key.");

        // A stolen token with a proof by the thief's own key.
        if (key.Thumbprint != claims.Thumbprint)
        {
            throw Refuse.Unauthenticated(Reasons.ProofInvalid, "The proof was made with another key than the onboarding token is bound to.");
        }

        // A stolen call: another method, another request, another token, another plane or another registration than it was made for.
        byte[] statement = Statements.Request(
            method, request, token, planeUid, proof.RegistrationUid, proof.TimeUnixMs);
        if (!key.Verify(statement, proof.Signature.Span))
        {
            throw Refuse.Unauthenticated(Reasons.ProofInvalid, "The proof doesn't cover this request.");
        }

        TimeSpan off = time.GetUtcNow() - FromUnixMilliseconds(proof.TimeUnixMs);
        return off.Duration() <= Window ? new ProvenCaller(claims, key, proof.RegistrationUid) : throw Refuse.Unauthenticated(
            Reasons.ProofExpired,
            $"The proof's time is {(long)off.Duration().TotalSeconds} s {(off > TimeSpan.Zero ? "behind" : "ahead of")} the plane's clock; "
            + "60 s are allowed. Set the host's clock (GetPlane tells the plane's time).");
    }

    private static RequestProof Read(byte[]? bytes)
    {
        if (bytes is null)
        {
            throw Refuse.Unauthenticated(
                Reasons.ProofMissing, $"The call has no {MetadataKey}: an onboarding token is of use only with the agent's key.");
        }

        try
        {
            return bytes.Length <= LongestProof
                ? RequestProof.Parser.ParseFrom(bytes)
                : throw Refuse.Unauthenticated(Reasons.ProofInvalid, "The proof is too long.");
        }
        catch (InvalidProtocolBufferException)
        {
            throw Refuse.Unauthenticated(Reasons.ProofInvalid, "The proof can't be read.");
        }
    }

    private static DateTimeOffset FromUnixMilliseconds(long value) =>
        value is > -62_135_596_800_000 and < 253_402_300_799_999 ? DateTimeOffset.FromUnixTimeMilliseconds(value) : DateTimeOffset.MinValue;
}
