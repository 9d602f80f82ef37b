namespace Onboarding.Client.Sidecar;

/// <summary>What the agent notes of the sidecar it started, so that an agent started after a crash finds it.</summary>
/// <param name="ProcessId">Its process id.</param>
/// <param name="StartTime">When it started, in clock ticks since boot.</param>
/// <param name="CoreHash">The core of the boot configuration it was started with.</param>
internal sealed record SidecarRecord(int ProcessId, long StartTime, string CoreHash);
