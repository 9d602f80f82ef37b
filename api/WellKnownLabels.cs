namespace Onboarding.Api;

/// <summary>Labels this project reads or writes (docs/reference/names.md).</summary>
public static class WellKnownLabels
{
    /// <summary>Istio: network of a namespace, gateway or workload.</summary>
    public const string Network = "topology.istio.io/network";

    /// <summary>Istio: locality of a workload, with dots for slashes.</summary>
    public const string Locality = "istio-locality";

    /// <summary>Istio: canonical service name.</summary>
    public const string CanonicalName = "service.istio.io/canonical-name";

    /// <summary>Istio: canonical service revision.</summary>
    public const string CanonicalRevision = "service.istio.io/canonical-revision";

    /// <summary>Istio: what a workload is called in the mesh's metrics; without it each WorkloadEntry is a workload of its own.</summary>
    public const string WorkloadName = "service.istio.io/workload-name";

    /// <summary>Istio: <see cref="HboneTunnel"/> on a WorkloadEntry that ambient clients reach by HBONE; without it they reach it in plain text.</summary>
    public const string Tunnel = "networking.istio.io/tunnel";

    /// <summary>Value of <see cref="Tunnel"/> for HBONE.</summary>
    public const string HboneTunnel = "http";

    /// <summary>Kubernetes: what manages an object.</summary>
    public const string ManagedBy = "app.kubernetes.io/managed-by";

    /// <summary>Value of <see cref="ManagedBy"/> on objects the plane makes, and its field manager.</summary>
    public const string PlaneManager = "onboarding-plane";
}
