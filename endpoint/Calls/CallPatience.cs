namespace Onboarding.Endpoint.Calls;

/// <summary>
/// How long the plane works on one call. Agents wait for 20 s: a cluster or an issuer that takes a connection and then says nothing must
/// end in an answer and an audit record before they hang up, not in neither.
/// </summary>
/// <param name="clock">The clock it is measured by; not the plane's, which decides on dates and which tests move by hours.</param>
internal sealed class CallPatience(TimeProvider clock)
{
    /// <summary>The limit.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(15);

    /// <summary>Begins to wait: it is canceled at the limit. The caller disposes of it.</summary>
    public CancellationTokenSource Begin() => new(Limit, clock);
}
