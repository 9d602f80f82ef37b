using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Registration;

/// <summary>Istio's sidecar.</summary>
/// <param name="Version">Version of the installed package.</param>
/// <param name="Revision">Control-plane revision; null means <c>default</c>.</param>
public sealed record IstioSidecarInfo(string Version, string? Revision = null)
{
    internal static IstioSidecarInfo Read(MapReader reader) =>
        new(reader.RequiredText("version"), reader.OptionalText("revision", Checks.Revision));

    internal JsonObject ToJson() => new JsonObject().With("version", Version).With("revision", Revision);
}
