namespace Onboarding.Endpoint.Refusals;

/// <summary>
/// Holds back an address that keeps failing. Only failures count: a thousand agents behind one address that join are no reason
/// to hold anybody back, one that guesses is.
/// </summary>
internal sealed class FailureLimiter(TimeProvider time)
{
    private readonly TokenBuckets _addresses = new(burst: 300, perSecond: 5, time);

    /// <summary>How long this address has to wait; null if it needn't.</summary>
    public TimeSpan? HeldBack(string address) => _addresses.WaitOf(address);

    /// <summary>Counts a failure of this address.</summary>
    public void Failed(string address) => _addresses.Take(address);
}
