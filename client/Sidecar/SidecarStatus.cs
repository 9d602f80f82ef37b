using Onboarding.Client.Errors;

namespace Onboarding.Client.Sidecar;

/// <summary>How the sidecar is.</summary>
/// <param name="State">What its process is doing.</param>
/// <param name="ProcessId">Its process id, if it runs.</param>
/// <param name="Message">Why it isn't ready; empty if it is.</param>
public sealed record SidecarStatus(SidecarState State, int? ProcessId = null, string Message = "")
{
    /// <summary>True in the first status of a process that this agent started or took over.</summary>
    public bool IsNewProcess { get; init; }

    /// <summary>When its process started; null if it doesn't run.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>What went wrong, where that is known by a name.</summary>
    public OnboardingException? Failure { get; init; }

    /// <summary>Core of the boot configuration it runs on; empty if it doesn't run.</summary>
    public string CoreHash { get; init; } = "";
}

/// <summary>What a sidecar process is doing.</summary>
public enum SidecarState
{
    /// <summary>It wasn't started, or was stopped on purpose.</summary>
    Stopped,

    /// <summary>It runs and isn't ready yet.</summary>
    Starting,

    /// <summary>It runs and answers its readiness check.</summary>
    Ready,

    /// <summary>It can't be started, or ended by itself; it is about to be started again.</summary>
    Failed,
}
