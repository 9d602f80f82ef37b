using Onboarding.Api.Runtime;

namespace Onboarding.Endpoint.Sessions;

/// <summary>What the agent of a session has of boot configurations, and what is on its way to it. Replaced as a whole, in the session's mailbox.</summary>
/// <param name="Held">What the agent has on disk; null if nothing.</param>
internal sealed record BootState(BootConfigurationRevision? Held)
{
    /// <summary>What it was sent to put in force, and hasn't answered.</summary>
    public BootConfigurationRevision? Sent { get; init; }

    /// <summary>Generation that it was sent to keep until its turn comes.</summary>
    public long Staged { get; init; }

    /// <summary>Core that its sidecar is ready on; empty if it isn't ready.</summary>
    public string ReadyCore { get; init; } = "";

    /// <summary>
    /// When a failed sidecar may be written of again: an agent chooses the words of its reports, and one that changed them without
    /// end would have the plane write without end.
    /// </summary>
    public DateTimeOffset SayAfter { get; init; } = DateTimeOffset.MinValue;
}
