using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Configuration;

/// <summary>The sidecar the agent starts. At most one of <see cref="Istio"/> and <see cref="Command"/> is set; none means Istio's.</summary>
public sealed record SidecarConfiguration
{
    /// <summary>Istio's sidecar package.</summary>
    public IstioSidecarConfiguration? Istio { get; init; }

    /// <summary>Ours: any program.</summary>
    public SidecarCommand? Command { get; init; }

    /// <summary>Where the sidecar's standard output goes; null means the agent's own.</summary>
    public SidecarOutput? Stdout { get; init; }

    /// <summary>Where the sidecar's standard error goes; null means the agent's own.</summary>
    public SidecarOutput? Stderr { get; init; }

    internal static SidecarConfiguration Read(MapReader reader)
    {
        reader.OneOf(required: false, "istio", "command");
        return new SidecarConfiguration
        {
            Istio = reader.Message("istio", IstioSidecarConfiguration.Read),
            Command = reader.Message("command", SidecarCommand.Read),
            Stdout = reader.Message("stdout", SidecarOutput.Read),
            Stderr = reader.Message("stderr", SidecarOutput.Read),
        };
    }

    internal JsonObject? ToJson()
    {
        JsonObject json = new JsonObject()
            .With("istio", Istio?.ToJson())
            .With("command", Command?.ToJson())
            .With("stdout", Stdout?.ToJson())
            .With("stderr", Stderr?.ToJson());
        return json.Count == 0 ? null : json;
    }
}
