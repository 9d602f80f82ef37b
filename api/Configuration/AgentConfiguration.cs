using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Configuration;

/// <summary>
/// How the agent works on its host (docs/operations.md). A file on the host, by default
/// <c>/etc/onboarding-agent/agent.config.yaml</c>; everything in it has a default.
/// </summary>
public sealed record AgentConfiguration
{
    /// <summary>The kind's name.</summary>
    public const string Kind = "AgentConfiguration";

    /// <summary>The kind's <c>apiVersion</c>.</summary>
    public const string ApiVersion = $"{ApiGroups.Configuration}/{ApiGroups.Version}";

    /// <summary>Where credential and host information come from.</summary>
    public HostEnvironment Host { get; init; } = new();

    /// <summary>The sidecar the agent starts.</summary>
    public SidecarConfiguration Sidecar { get; init; } = new();

    /// <summary>Ours: the machine's identity in the mesh for other programs on it.</summary>
    public MeshIdentitySettings MeshIdentity { get; init; } = new();

    /// <summary>Timeouts and retries of plugins.</summary>
    public AgentSettings Settings { get; init; } = new();

    /// <summary>The configuration as JSON, defaults left out.</summary>
    public JsonObject ToJson() => new JsonObject()
        .With("apiVersion", ApiVersion)
        .With("kind", Kind)
        .With("host", Host.ToJson())
        .With("sidecar", Sidecar.ToJson())
        .With("meshIdentity", MeshIdentity.ToJson())
        .With("settings", Settings.ToJson());

    internal static AgentConfiguration Read(MapReader reader) => new()
    {
        Host = reader.Message("host", HostEnvironment.Read) ?? new HostEnvironment(),
        Sidecar = reader.Message("sidecar", SidecarConfiguration.Read) ?? new SidecarConfiguration(),
        MeshIdentity = reader.Message("meshIdentity", MeshIdentitySettings.Read) ?? new MeshIdentitySettings(),
        Settings = reader.Message("settings", AgentSettings.Read) ?? new AgentSettings(),
    };
}
