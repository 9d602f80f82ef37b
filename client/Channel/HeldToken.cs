using Onboarding.Api;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Channel;

/// <summary>Permission to join, useless without the agent's key. Lives in memory only.</summary>
/// <param name="Value">The token; secret.</param>
/// <param name="PlaneUid">The plane that issued it.</param>
/// <param name="IssuedAt">When this agent got it.</param>
/// <param name="ExpiresAt">When it expires.</param>
internal sealed record HeldToken(string Value, string PlaneUid, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt)
{
    // What is about to expire would expire on the way.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    /// <summary>True if a call with it has a chance.</summary>
    public bool IsGoodAt(DateTimeOffset now) => now < ExpiresAt - Margin;

    /// <summary>How long after now to renew: at two thirds of its life, up to a twentieth of it earlier, at random.</summary>
    public TimeSpan RenewIn(DateTimeOffset now, double random)
    {
        TimeSpan life = ExpiresAt - IssuedAt;
        TimeSpan due = IssuedAt + (life * 2 / 3) - (life * 0.05 * random) - now;
        // A token that lives for years may as well be renewed sooner.
        return due < TimeSpan.Zero ? TimeSpan.Zero : due > PlaneTimes.LongestWait ? PlaneTimes.LongestWait : due;
    }

    /// <summary>
    /// True if it is the token that the plane doesn't take, and not the machine: its keys were replaced, or its clock disagrees. Then a fresh
    /// authorization is what helps, on whatever path the token was used.
    /// </summary>
    /// <param name="refusal">What the plane said to a call with the token.</param>
    public static bool IsWhatIsRefused(OnboardingException refusal) => refusal.Reason is Reasons.TokenInvalid or Reasons.TokenExpired;

    /// <summary>Never the token itself: this is what ends up in a log by mistake.</summary>
    public override string ToString() => $"onboarding token of plane {PlaneUid} until {ExpiresAt:O}";
}
