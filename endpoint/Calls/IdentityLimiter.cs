using Onboarding.Api;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Calls;

/// <summary>
/// Holds back a workload that is admitted again and again: an agent that restarts in a loop, or a program that collects onboarding
/// tokens. By identity, so that it costs nobody else behind the same address anything.
/// </summary>
internal sealed class IdentityLimiter(TimeProvider time)
{
    private readonly TokenBuckets _identities = new(burst: 60, perSecond: 1, time);

    /// <summary>Counts an admission of this identity.</summary>
    /// <exception cref="RefusedException">It had too many.</exception>
    public void Count(string identity)
    {
        if (_identities.Take(identity) is { } wait)
        {
            throw new Refusal(
                RefusalCode.ResourceExhausted,
                Reasons.RateLimited,
                $"This workload was admitted too often in a short time. Wait {wait.TotalSeconds} s; see why its agent starts over: journalctl -u onboarding-agent")
            { RetryAfter = wait }.ToException();
        }
    }
}
