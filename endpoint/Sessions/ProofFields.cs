using Google.Protobuf.WellKnownTypes;
using Onboarding.Api.Rpc;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Sessions;

/// <summary>
/// Numbers and times of a session's first message, within what an honest agent can have. Attack: a number at the end of its range makes
/// the next one overflow, for the registration and for ever.
/// </summary>
internal static class ProofFields
{
    /// <summary>More sessions and boot configurations than a member has in a century, and far from where adding ends.</summary>
    public const long Largest = 1L << 40;

    private static readonly Timestamp First = Timestamp.FromDateTimeOffset(DateTimeOffset.MinValue);
    private static readonly Timestamp Last = Timestamp.FromDateTimeOffset(DateTimeOffset.MaxValue);

    /// <summary>Checks them.</summary>
    /// <exception cref="RefusedException">One can't be.</exception>
    public static void Check(SessionProof proof)
    {
        if (proof.Epoch is < 0 or > Largest)
        {
            throw Refuse.Invalid("SessionProof.epoch isn't one that a plane gave out.");
        }

        if (proof.BootConfiguration is { Generation: < 0 or > Largest })
        {
            throw Refuse.Invalid("SessionProof.boot_configuration.generation isn't one that a plane gave out.");
        }

        if (proof.IstioTokenExpiresAt is { } at
            && (at.Seconds < First.Seconds || at.Seconds > Last.Seconds || at.Nanos is < 0 or > 999_999_999))
        {
            throw Refuse.Invalid("SessionProof.istio_token_expires_at isn't a time.");
        }
    }

    /// <summary>When the istio-token on the agent's disk expires; null if it has none.</summary>
    public static DateTimeOffset? ExpiryOf(SessionProof proof) => proof.IstioTokenExpiresAt?.ToDateTimeOffset();
}
