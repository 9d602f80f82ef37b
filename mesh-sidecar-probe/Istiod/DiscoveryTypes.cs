namespace Onboarding.SidecarProbe.Istiod;

/// <summary>The resources a sidecar starts with, in the order it asks for them.</summary>
internal static class DiscoveryTypes
{
    public static readonly string[] InOrder =
    [
        "type.googleapis.com/envoy.config.cluster.v3.Cluster",
        "type.googleapis.com/envoy.config.listener.v3.Listener",
        "type.googleapis.com/istio.networking.nds.v1.NameTable",
    ];
}
