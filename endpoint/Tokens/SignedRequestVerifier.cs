using Google.Protobuf;
using Onboarding.Api;
using Onboarding.Api.Proofs;
using Onboarding.Api.Rpc;
using Onboarding.Endpoint.Calls;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Tokens;

/// <summary>
/// Checks the signature on every unary request that comes with an onboarding token: what makes a stolen token useless, and a stolen call
/// useless for anything but the same call within the same minute.
/// </summary>
internal sealed class SignedRequestVerifier(TimeProvider time)
{
    private const int LongestPayload = 64 * 1024;

    // All but the payload: key, signature, time, uid.
    private const int LongestProof = 1024;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    /// <summary>Checks a signed request. Only after that is its payload read: what is verified is what is parsed.</summary>
    /// <param name="request">The request, as received.</param>
    /// <param name="method">Full name of the method that is called.</param>
    /// <param name="token">The onboarding token.</param>
    /// <param name="claims">What the token says, already verified.</param>
    /// <param name="planeUid">The plane's uid.</param>
    /// <exception cref="RefusedException">The caller didn't prove to have the token's key for this very request.</exception>
    public ProvenCaller Verify(SignedRequest request, string method, string token, OnboardingTokenClaims claims, string planeUid)
    {
        CheckShape(request);
        AgentPublicKey key = RecentKeys.TryRead(request.PublicKey.Span)
            ?? throw Refuse.Unauthenticated(Reasons.ProofInvalid, "The request's public key isn't a P-256 key.");

        // A stolen token with a signature by the thief's own key.
        if (key.Thumbprint != claims.Thumbprint)
        {
            throw Refuse.Unauthenticated(Reasons.ProofInvalid, "The request was signed with another key than the onboarding token is bound to.");
        }

        // A stolen call: another method, another request, another token, another plane or another registration than it was made for.
        byte[] statement = Statements.Request(
            method, request.Payload.Span, token, planeUid, request.RegistrationUid, request.TimeUnixMs);
        if (!key.Verify(statement, request.Signature.Span))
        {
            throw Refuse.Unauthenticated(Reasons.ProofInvalid, "The signature doesn't cover this request.");
        }

        TimeSpan off = time.GetUtcNow() - FromUnixMilliseconds(request.TimeUnixMs);
        return off.Duration() <= Window ? new ProvenCaller(claims, key, request.RegistrationUid) : throw Refuse.Unauthenticated(
            Reasons.ProofExpired,
            $"The request's time is {(long)off.Duration().TotalSeconds} s {(off > TimeSpan.Zero ? "behind" : "ahead of")} the plane's clock; "
            + "60 s are allowed. Set the host's clock (GetPlane tells the plane's time).");
    }

    /// <summary>Reads the payload of a request that was verified.</summary>
    /// <exception cref="RefusedException">It isn't that message.</exception>
    public static T Read<T>(ByteString payload, MessageParser<T> parser)
        where T : IMessage<T>
    {
        try
        {
            return CallerText.Clean(parser.ParseFrom(payload));
        }
        catch (InvalidProtocolBufferException)
        {
            throw Refuse.Invalid("The payload isn't the message that the method takes.");
        }
    }

    private static void CheckShape(SignedRequest request)
    {
        if (request.Signature.IsEmpty || request.PublicKey.IsEmpty)
        {
            throw Refuse.Unauthenticated(
                Reasons.ProofMissing, "The request isn't signed: an onboarding token is accepted only with the agent's key.");
        }

        if (request.Payload.Length > LongestPayload)
        {
            throw Refuse.Invalid($"The request is larger than {LongestPayload} bytes.");
        }

        if (request.CalculateSize() - request.Payload.Length > LongestProof)
        {
            throw Refuse.Unauthenticated(Reasons.ProofInvalid, "What proves the request is too long.");
        }
    }

    private static DateTimeOffset FromUnixMilliseconds(long value) =>
        value is > -62_135_596_800_000 and < 253_402_300_799_999 ? DateTimeOffset.FromUnixTimeMilliseconds(value) : DateTimeOffset.MinValue;
}

/// <summary>A caller that showed an onboarding token and proved to have its key.</summary>
/// <param name="Claims">What the token says.</param>
/// <param name="Key">The agent's key.</param>
/// <param name="RegistrationUid">Uid of the registration the caller means; empty if it doesn't know one.</param>
internal sealed record ProvenCaller(OnboardingTokenClaims Claims, AgentPublicKey Key, string RegistrationUid);
