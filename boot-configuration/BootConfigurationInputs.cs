namespace Onboarding.BootConfiguration;

/// <summary>Everything the files for one workload are made from; see <c>istioctl x workload entry configure</c>.</summary>
public sealed record BootConfigurationInputs
{
    /// <summary>The group the workload joins.</summary>
    public required WorkloadGroupSource WorkloadGroup { get; init; }

    /// <summary>The key <c>mesh</c> of ConfigMap <c>istio[-revision]</c>: YAML; may be empty.</summary>
    public required YamlText MeshConfig { get; init; }

    /// <summary>Cluster the control plane knows the workload's service account by; empty means its own.</summary>
    public string ClusterId { get; init; } = "";

    /// <summary>Revision of the control plane; empty or <c>default</c> for none.</summary>
    public string Revision { get; init; } = "";

    /// <summary>Namespace of the control plane.</summary>
    public string IstioNamespace { get; init; } = "istio-system";

    /// <summary>Address other workloads reach this one at; empty leaves the choice to the machine.</summary>
    public string InternalIP { get; init; } = "";

    /// <summary>Address behind NAT; probes then go to localhost. <see cref="InternalIP"/> wins over it.</summary>
    public string ExternalIP { get; init; } = "";

    /// <summary>Address of the gateway in front of istiod, for <c>hosts</c>; what isn't an IP address gives an empty file.</summary>
    public string IngressIP { get; init; } = "";

    /// <summary>istiod makes the WorkloadEntry when the workload connects.</summary>
    public bool AutoRegister { get; init; }

    /// <summary>The sidecar answers DNS.</summary>
    public bool CaptureDns { get; init; } = true;

    /// <summary>
    /// Leaves <c>ISTIO_META_DNS_CAPTURE</c> as <c>proxyMetadata</c> of mesh or group says it: a running plane has no flag by which an operator
    /// could switch capture off instead.
    /// </summary>
    public bool MeshDecidesDnsCapture { get; init; }

    /// <summary>
    /// More <c>proxyMetadata</c> that only a running plane knows (<c>ISTIO_META_WORKLOAD_ENTRY</c>); wins over everything, in both files.
    /// </summary>
    public IReadOnlyDictionary<string, string> ExtraMetadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Labels where the group has none of that name: what only a running plane knows to be needed.</summary>
    public IReadOnlyDictionary<string, string> DefaultLabels { get; init; } = new Dictionary<string, string>();

    /// <summary>Variables of cluster.env alone, where nothing else says them.</summary>
    public IReadOnlyDictionary<string, string> DefaultVariables { get; init; } = new Dictionary<string, string>();

    /// <summary>More addresses of the gateway, each a line of <c>hosts</c> after <see cref="IngressIP"/>'s.</summary>
    public IReadOnlyList<string> MoreIngressIPs { get; init; } = [];

    /// <summary>
    /// Port at which the gateway takes what is for istiod, where it isn't <see cref="IstiodAddress.Port"/> (a NodePort): addresses in
    /// the files that name istiod's host get it.
    /// </summary>
    public int? GatewayPort { get; init; }

    /// <summary>How cluster.env is written.</summary>
    public ClusterEnvStyle ClusterEnvStyle { get; init; } = ClusterEnvStyle.Safe;
}
