using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Registration;

/// <summary>What a workload says of itself (docs/reference/names.md). Nothing in it is trusted to say who the workload is.</summary>
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

    /// <summary>The registration as JSON.</summary>
    public JsonObject ToJson() => new JsonObject()
        .With("agent", Agent.ToJson())
        .With("sidecar", Sidecar.ToJson())
        .With("host", Host.ToJson())
        .With("workload", Workload?.ToJson())
        .With("settings", Settings?.ToJson());

    internal static WorkloadRegistration Read(MapReader reader) => new()
    {
        Agent = reader.Message("agent", AgentInfo.Read, required: true) ?? new AgentInfo(""),
        Sidecar = reader.Message("sidecar", SidecarInfo.Read, required: true) ?? new SidecarInfo(),
        Host = reader.Message("host", HostInfo.Read, required: true) ?? new HostInfo(),
        Workload = reader.Message("workload", WorkloadInfo.Read),
        Settings = reader.Message("settings", RegistrationSettings.Read),
    };
}

/// <summary>The agent.</summary>
/// <param name="Version">Its version, e.g. <c>v0.1.0</c>.</param>
public sealed record AgentInfo(string Version)
{
    internal static AgentInfo Read(MapReader reader) => new(reader.RequiredText("version"));

    internal JsonObject ToJson() => new JsonObject().With("version", Version);
}
