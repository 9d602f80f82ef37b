using Onboarding.Api;
using Onboarding.Plane.Audit;

namespace Onboarding.Endpoint.Calls;

/// <summary>One call being worked on.</summary>
/// <param name="Audit">What is known of it so far.</param>
/// <param name="CancellationToken">The caller hung up, its deadline passed, or <see cref="CallPatience.Limit"/>.</param>
internal sealed record Call(AuditRecord Audit, CancellationToken CancellationToken)
{
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
