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

    /// <summary>Whether the member's entry is out of traffic for a restart of the sidecar.</summary>
    public EntryOut Out { get; init; }

    /// <summary>Generation that it was taken out for.</summary>
    public long OutFor { get; init; }

    /// <summary>When the sidecar may restart, with the entry out: clients have heard of it by then.</summary>
    public DateTimeOffset RestartAt { get; init; } = DateTimeOffset.MinValue;

    /// <summary>Generation that the agent could not put in force.</summary>
    public long Rejected { get; init; }

    /// <summary>Core that its sidecar is ready on; empty if it isn't ready.</summary>
    public string ReadyCore { get; init; } = "";

    /// <summary>
    /// When a failed sidecar may be written of again: an agent chooses the words of its reports, and one that changed them without
    /// end would have the plane write without end.
    /// </summary>
    public DateTimeOffset SayAfter { get; init; } = DateTimeOffset.MinValue;
}

/// <summary>Whether a member's entry is out of traffic for a restart of the sidecar.</summary>
internal enum EntryOut
{
    /// <summary>It isn't.</summary>
    No,

    /// <summary>A session before this one, or another instance, may have taken it out.</summary>
    Perhaps,

    /// <summary>It is.</summary>
    Yes,
}

/// <summary>The clock that a restart with the entry out goes by.</summary>
/// <param name="Now">The time.</param>
/// <param name="Delay">How long clients need to hear that an entry is out.</param>
internal readonly record struct DrainClock(DateTimeOffset Now, TimeSpan Delay);
