using Onboarding.Kubernetes;

namespace Onboarding.BootConfiguration.Rendering;

/// <summary>What to render; the flags of <c>istioctl x workload entry configure</c>, and files in place of a cluster.</summary>
public sealed record RenderOptions
{
    /// <summary>File with the WorkloadGroup, YAML or JSON; wins over <see cref="Name"/> and <see cref="Namespace"/>.</summary>
    public string WorkloadGroupFile { get; init; } = "";

    /// <summary>Name of the WorkloadGroup in the cluster.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its namespace.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>File with the mesh configuration (key <c>mesh</c> of ConfigMap <c>istio</c>); empty: it is read from the cluster.</summary>
    public string MeshConfigFile { get; init; } = "";

    /// <summary>Directory for the files; made if absent. Files of other names in it stay.</summary>
    public string OutputDirectory { get; init; } = "";

    /// <summary>The cluster's name in the mesh; null: looked up, or empty without a cluster.</summary>
    public string? ClusterId { get; init; }

    /// <summary>Revision of the control plane; null or empty: the one that the default tag points to, or none without a cluster.</summary>
    public string? Revision { get; init; }

    /// <summary>Address other workloads reach this one at.</summary>
    public string InternalIP { get; init; } = "";

    /// <summary>Address behind NAT; excludes <see cref="InternalIP"/>.</summary>
    public string ExternalIP { get; init; } = "";

    /// <summary>Address of the gateway before istiod; empty or no address: that of <see cref="IngressService"/>.</summary>
    public string IngressIP { get; init; } = "";

    /// <summary>The gateway's Service: <c>name</c> in the namespace of Istio, or <c>name.namespace</c>.</summary>
    public string IngressService { get; init; } = "istio-eastwestgateway";

    /// <summary>istiod makes the WorkloadEntry when the workload connects.</summary>
    public bool AutoRegister { get; init; }

    /// <summary>The sidecar answers DNS.</summary>
    public bool CaptureDns { get; init; } = true;

    /// <summary>Namespace of the control plane.</summary>
    public string IstioNamespace { get; init; } = "istio-system";

    /// <summary>Life of the token that is asked for; the API server has a minimum of 10 minutes and may grant another.</summary>
    public TimeSpan TokenDuration { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Ask for no token, which is a secret: the machine gets one when it joins.</summary>
    public bool WithoutToken { get; init; }

    /// <summary>Kubeconfig of the cluster; null: see <see cref="UsesCluster"/>.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>Context in the kubeconfig; null: its current one.</summary>
    public string? Context { get; init; }

    /// <summary>A client of the cluster, used instead of <see cref="Kubeconfig"/>; stays the caller's.</summary>
    public KubernetesClient? Client { get; init; }

    /// <summary>
    /// True if a cluster is asked for anything: it was named, or a group or a mesh configuration isn't in a file. Without one,
    /// cluster.env, mesh.yaml and (with <see cref="IngressIP"/>) hosts are all there is.
    /// </summary>
    public bool UsesCluster =>
        Client is not null || Kubeconfig is not null || Context is not null || WorkloadGroupFile.Length == 0 || MeshConfigFile.Length == 0;
}
