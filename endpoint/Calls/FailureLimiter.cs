using Onboarding.Api;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Calls;

/// <summary>
/// Holds back who keeps failing: an address that guesses, and a workload that is refused again and again. Only failures count, and
/// those of a caller that was verified are its own: a thousand agents behind one address that join are no reason to hold anybody
/// back, nor are a hundred that a policy has left out.
/// </summary>
/// <remarks>
/// An address that is held back isn't shut. Attack: one caller that fails on purpose keeps all new machines behind its NAT out. A caller on a
/// connection on which no one failed gets one of the address's turns, and gives it back when it is admitted: what an attacker takes away are
/// turns, fifty a second, and each costs it a connection with its handshake.
/// </remarks>
internal sealed class FailureLimiter(TimeProvider time)
{
    private readonly TokenBuckets _addresses = new(burst: 300, perSecond: 5, time);
    private readonly TokenBuckets _turns = new(burst: 100, perSecond: 50, time);
    private readonly TokenBuckets _identities = new(burst: 60, perSecond: 1, time);

    /// <summary>How long this address has to wait; null if it needn't.</summary>
    public TimeSpan? HeldBack(string address) => _addresses.WaitOf(address);

    /// <summary>Lets a caller in that has shown nothing so far.</summary>
    /// <exception cref="RefusedException">Its address is held back, and there is no turn for it.</exception>
    public void Enter(Call call)
    {
        if (call.HeldBack is { } wait && !call.HasTurn)
        {
            call.HasTurn = call.Connection is not { HasFailed: true } && _turns.Take(call.Limited) is null
                ? true
                : throw Refusal(wait).ToException();
        }
    }

    /// <summary>Takes note of a caller that was admitted.</summary>
    public void Admitted(Call call)
    {
        call.Connection?.Proved();
        GiveBack(call);
    }

    /// <summary>Counts a failure of a caller that no one verified.</summary>
    public void Failed(Call call)
    {
        call.Connection?.Failed();
        _addresses.Take(call.Limited);
    }

    /// <summary>Counts a refusal of a verified caller.</summary>
    /// <returns>How long it has to wait; null if it needn't.</returns>
    public TimeSpan? Refused(string identity, Call call)
    {
        TimeSpan? wait = _identities.Take(identity);
        if (wait is not null)
        {
            // It doesn't do as it is told. What it shows is verified each time before it can be told so, which isn't free.
            Failed(call);
        }
        else
        {
            GiveBack(call);
        }

        return wait;
    }

    /// <summary>What a caller is told whose address is held back.</summary>
    public static Refusal Refusal(TimeSpan wait) =>
        new(RefusalCode.ResourceExhausted, Reasons.RateLimited, $"Too many calls from this address failed. Wait {wait.TotalSeconds} s.")
        {
            RetryAfter = wait,
        };

    private void GiveBack(Call call)
    {
        if (call.HasTurn)
        {
            _turns.GiveBack(call.Limited);
        }
    }
}
