using Onboarding.Api;
using Onboarding.Endpoint.Connections;
using Onboarding.Plane.Audit;

namespace Onboarding.Endpoint.Calls;

/// <summary>One call being worked on.</summary>
/// <param name="Audit">What is known of it so far.</param>
/// <param name="CancellationToken">The caller hung up, its deadline passed, or <see cref="CallPatience.Limit"/>.</param>
internal sealed record Call(AuditRecord Audit, CancellationToken CancellationToken)
{
    /// <summary>The caller's address as limits count it.</summary>
    public string Limited { get; init; } = "";

    /// <summary>The connection that it came over; null in tests.</summary>
    public GuardedConnection? Connection { get; init; }

    /// <summary>True if its address is held back, and it has one of the address's turns.</summary>
    public bool HasTurn { get; set; }

    /// <summary>How long the caller's address is held back for what failed from there; null if it isn't.</summary>
    public TimeSpan? HeldBack { get; init; }

    /// <summary>
    /// True once the caller proved to hold an onboarding token of this plane and its key: what others behind its address did isn't
    /// held against it.
    /// </summary>
    public bool IsTokenHolder { get; set; }

    /// <summary>The reason code it ends with if what it waits for now never comes.</summary>
    public string WaitsFor { get; set; } = Reasons.KubernetesUnavailable;
}

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

/// <summary>What a caller has proved so far; decides which rate limits apply.</summary>
internal enum CallerTrust
{
    /// <summary>Nothing: the call waits with all others of its address if that address is held back.</summary>
    None,

    /// <summary>Nothing yet, but it presents an onboarding token. Checking the token first costs little, and decides.</summary>
    PresentsToken,

    /// <summary>An established session: its agent proved who it is, so that its address doesn't count.</summary>
    Session,
}
