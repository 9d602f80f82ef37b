using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Configuration;

/// <summary>The sidecar the agent starts. At most one of <see cref="Istio"/> and <see cref="Command"/> is set; none means Istio's.</summary>
public sealed record SidecarConfiguration
{
    private static readonly IReadOnlyList<string> Refusals = ["Stop", "Keep"];

    /// <summary>Istio's sidecar package.</summary>
    public IstioSidecarConfiguration? Istio { get; init; }

    /// <summary>Ours: any program.</summary>
    public SidecarCommand? Command { get; init; }

    /// <summary>Where the sidecar's standard output goes; null means the agent's own.</summary>
    public SidecarOutput? Stdout { get; init; }

    /// <summary>Where the sidecar's standard error goes; null means the agent's own.</summary>
    public SidecarOutput? Stderr { get; init; }

    /// <summary>Ours: when the machine's traffic goes to Istio's sidecar.</summary>
    public CaptureConfiguration Capture { get; init; } = new();

    /// <summary>
    /// Ours: what happens to the sidecar of a machine that the plane has refused for its grace period, by objects that are valid;
    /// by default <see cref="RefusedSidecar.Stop"/>.
    /// </summary>
    public RefusedSidecar WhenRefused { get; init; }

    internal static SidecarConfiguration Read(MapReader reader)
    {
        reader.OneOf(required: false, "istio", "command");
        return new SidecarConfiguration
        {
            Istio = reader.Message("istio", IstioSidecarConfiguration.Read),
            Command = reader.Message("command", SidecarCommand.Read),
            Stdout = reader.Message("stdout", SidecarOutput.Read),
            Stderr = reader.Message("stderr", SidecarOutput.Read),
            Capture = reader.Message("capture", CaptureConfiguration.Read) ?? new CaptureConfiguration(),
            WhenRefused = (RefusedSidecar)(reader.Choice("whenRefused", Refusals) ?? 0),
        };
    }

    internal JsonObject? ToJson()
    {
        JsonObject json = new JsonObject()
            .With("istio", Istio?.ToJson())
            .With("command", Command?.ToJson())
            .With("stdout", Stdout?.ToJson())
            .With("stderr", Stderr?.ToJson())
            .With("capture", Capture.ToJson())
            .With("whenRefused", WhenRefused == RefusedSidecar.Stop ? null : Refusals[(int)WhenRefused]);
        return json.Count == 0 ? null : json;
    }
}

/// <summary>Ours: what happens to a refused machine's sidecar.</summary>
public enum RefusedSidecar
{
    /// <summary>It drains and stops, and nothing of the mesh stays on the machine.</summary>
    Stop = 0,

    /// <summary>It serves on with the identity it has, for as long as istiod renews that.</summary>
    Keep,
}
