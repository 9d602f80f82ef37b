namespace Onboarding.Api.Registration;

/// <summary>What a workload says of itself (reference section 2.7). Nothing in it is trusted to say who the workload is.</summary>
public sealed record WorkloadRegistration
{
    /// <summary>The agent.</summary>
    public required AgentInfo Agent { get; init; }

    /// <summary>The sidecar the agent will start.</summary>
    public required SidecarInfo Sidecar { get; init; }

    /// <summary>The host.</summary>
    public required HostInfo Host { get; init; }

    /// <summary>Extra labels.</summary>
    public WorkloadInfo? Workload { get; init; }

    /// <summary>How the workload is reached.</summary>
    public RegistrationSettings? Settings { get; init; }
}
