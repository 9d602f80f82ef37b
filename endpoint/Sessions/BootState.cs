using Onboarding.Api.Runtime;

namespace Onboarding.Endpoint.Sessions;

/// <summary>What the agent of a session has of boot configurations, and what is on its way to it. Guarded by <see cref="Gate"/>.</summary>
internal sealed class BootState(BootConfigurationRevision? held)
{
    /// <summary>One thing at a time: a change to send, an answer to take.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>What the agent has on disk; null if nothing.</summary>
    public BootConfigurationRevision? Held { get; set; } = held;

    /// <summary>What it was sent to put in force, and hasn't answered.</summary>
    public BootConfigurationRevision? Sent { get; set; }

    /// <summary>Generation that it was sent to keep until its turn comes.</summary>
    public long Staged { get; set; }

    /// <summary>Core that its sidecar is ready on; empty if it isn't ready.</summary>
    public string ReadyCore { get; set; } = "";

    /// <summary>
    /// When a failed sidecar may be written of again: an agent chooses the words of its reports, and one that changed them without
    /// end would have the plane write without end.
    /// </summary>
    public DateTimeOffset SayAfter { get; set; } = DateTimeOffset.MinValue;

    /// <summary>When to send again what the agent couldn't put in force.</summary>
    public DateTimeOffset SendAgainAt { get; set; } = DateTimeOffset.MaxValue;

    /// <summary>When to write what the agent has, which nobody waits for.</summary>
    public DateTimeOffset WriteAt { get; set; } = DateTimeOffset.MaxValue;
}
