using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Registration;

/// <summary>The sidecar. Exactly one member is set.</summary>
public sealed record SidecarInfo
{
    /// <summary>Istio's sidecar.</summary>
    public IstioSidecarInfo? Istio { get; init; }

    internal static SidecarInfo Read(MapReader reader)
    {
        reader.OneOf(required: true, "istio");
        return new SidecarInfo { Istio = reader.Message("istio", IstioSidecarInfo.Read) };
    }

    internal JsonObject ToJson() => new JsonObject().With("istio", Istio?.ToJson());
}
