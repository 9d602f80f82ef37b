namespace Onboarding.Endpoint.Calls;

/// <summary>
/// Holds back who keeps failing: an address that guesses, and a workload that is refused again and again. Only failures count, and
/// those of a caller that was verified are its own: a thousand agents behind one address that join are no reason to hold anybody
/// back, nor are a hundred that a policy has left out.
/// </summary>
internal sealed class FailureLimiter(TimeProvider time)
{
    private readonly TokenBuckets _addresses = new(burst: 300, perSecond: 5, time);
    private readonly TokenBuckets _identities = new(burst: 60, perSecond: 1, time);

    /// <summary>How long this address has to wait; null if it needn't.</summary>
    public TimeSpan? HeldBack(string address) => _addresses.WaitOf(address);

    /// <summary>Counts a failure of a caller of this address that nobody verified.</summary>
    public void Failed(string address) => _addresses.Take(address);

    /// <summary>Counts a refusal of a verified caller.</summary>
    /// <returns>How long it has to wait; null if it needn't.</returns>
    public TimeSpan? Refused(string identity, string address)
    {
        TimeSpan? wait = _identities.Take(identity);
        if (wait is not null)
        {
            // It doesn't do as it is told. What it shows is verified each time before it can be told so, which isn't free.
            Failed(address);
        }

        return wait;
    }
}
