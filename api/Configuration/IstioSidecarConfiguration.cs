using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Configuration;

/// <summary>Istio's sidecar package.</summary>
public sealed record IstioSidecarConfiguration
{
    /// <summary>Control-plane revision; null means <c>default</c>.</summary>
    public string? Revision { get; init; }

    internal static IstioSidecarConfiguration Read(MapReader reader) => new() { Revision = reader.OptionalText("revision", Checks.Revision) };

    internal JsonObject ToJson() => new JsonObject().With("revision", Revision);
}
