using System.Globalization;
using System.Text.Json.Nodes;
using Onboarding.Api.Istio;
using Onboarding.BootConfiguration.Schema;
using Onboarding.BootConfiguration.Text;
using Onboarding.BootConfiguration.Yaml;

namespace Onboarding.BootConfiguration;

/// <summary>
/// Makes the files a machine's sidecar starts from, byte for byte as <c>istioctl x workload entry configure</c> of Istio 1.32 makes
/// them from the same inputs, and where that crashes, what it would have made otherwise. Pure: it reads and writes nothing.
/// </summary>
public static class BootConfigurationGenerator
{
    private const string ExcludedPorts = "22,15090,15021";
    private const string EnableHbone = "ISTIO_META_ENABLE_HBONE";
    private const string DnsCapture = "ISTIO_META_DNS_CAPTURE";

    /// <summary>
    /// True if a proxy with this configuration takes HBONE: <c>ISTIO_META_ENABLE_HBONE</c> of <c>proxyMetadata</c>, which Istio's ambient profile
    /// sets for the mesh. Read as istiod reads it from the proxy.
    /// </summary>
    /// <param name="inputs">What the files would be made of.</param>
    /// <exception cref="BootConfigurationException">An input can't be read; the message says which and why.</exception>
    public static bool TakesHbone(BootConfigurationInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return EffectiveProxyConfig.Merge(inputs, WorkloadGroupDocument.Read(inputs.WorkloadGroup)).Metadata.TryGetValue(EnableHbone, out string? value)
            && value is "1" or "t" or "T" or "TRUE" or "true" or "True";
    }

    /// <exception cref="BootConfigurationException">An input can't be read; the message says which and why.</exception>
    public static BootConfigurationFiles Generate(BootConfigurationInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        WorkloadGroupDocument group = WorkloadGroupDocument.Read(inputs.WorkloadGroup);
        EffectiveProxyConfig effective = EffectiveProxyConfig.Merge(inputs, group);
        ProtoMessage proxy = effective.Proxy;
        var ports = new WorkloadPorts(group.Template);

        Dictionary<string, string> metadata = effective.Metadata;
        string[] steering = inputs.ClusterEnvStyle == ClusterEnvStyle.AsIstio ? [] : [.. metadata.Keys.Where(SteeringVariables.Contains)];
        AddMetadata(metadata, inputs, group, effective, ports);
        Add(metadata, inputs.ExtraMetadata);
        if (metadata.TryGetValue("CA_ADDR", out string? named))
        {
            metadata["CA_ADDR"] = IstiodAddress.Through(inputs, named);
        }

        proxy.SetTexts("proxy_metadata", metadata);
        if (inputs.GatewayPort is not null)
        {
            string discovery = proxy.Text("discovery_address");
            proxy.Set("discovery_address", IstiodAddress.Through(
                inputs, discovery.Length > 0 ? discovery : IstiodAddress.HostAndPort(inputs.IstioNamespace, inputs.Revision)));
        }

        var variables = new Dictionary<string, string>(metadata, StringComparer.Ordinal);
        foreach (string name in steering)
        {
            // What is worked out below, and what the caller gives, may have such a name all the same.
            variables.Remove(name);
        }

        AddOverrides(variables, inputs, group, proxy, ports);
        Add(variables, inputs.ExtraMetadata);
        foreach ((string name, string value) in inputs.DefaultVariables)
        {
            variables.TryAdd(name, value);
        }

        if (variables.TryGetValue("CA_ADDR", out string? authority))
        {
            variables["CA_ADDR"] = IstiodAddress.Through(inputs, authority);
        }

        string[] dangerous = [.. variables.Keys.Where(k => !ClusterEnvFile.IsVariable(k)).Order(ByteOrder.Instance)];
        string[] skipped = inputs.ClusterEnvStyle == ClusterEnvStyle.AsIstio ? [] : dangerous;
        string istiod = IstiodAddress.Host(inputs.IstioNamespace, inputs.Revision);

        return new BootConfigurationFiles(
            ClusterEnvFile.Write(variables.Where(v => !skipped.Contains(v.Key)), inputs.ClusterEnvStyle),
            YamlWriter.Write(AsIstioWould(new JsonObject { ["defaultConfig"] = ProtoJsonWriter.Write(proxy) }, inputs.ClusterEnvStyle)),
            string.Concat(inputs.MoreIngressIPs.Prepend(inputs.IngressIP).Select(address => IstiodHostsLine.Write(address, istiod))),
            [.. skipped.Concat(steering.Where(name => !variables.ContainsKey(name))).Order(ByteOrder.Instance)])
        {
            IstiodHost = istiod,
            NamesNoShellTakes = dangerous,
        };
    }

    // A running plane keeps every character: it has no operator before it who could take an odd one out.
    private static JsonObject AsIstioWould(JsonObject document, ClusterEnvStyle style) =>
        style == ClusterEnvStyle.AsIstio ? YamlRoundTrip.Through(document) : document;

    private static void AddMetadata(
        Dictionary<string, string> metadata,
        BootConfigurationInputs inputs,
        WorkloadGroupDocument group,
        EffectiveProxyConfig effective,
        WorkloadPorts ports)
    {
        // The template wins here, other than in istiod's own merge of the two.
        var labels = new Dictionary<string, string>(inputs.DefaultLabels, StringComparer.Ordinal);
        Add(labels, group.Metadata.Texts("labels"));
        Add(labels, group.Template.Texts("labels"));
        labels[CanonicalNames.ServiceLabel] = metadata["CANONICAL_SERVICE"] = CanonicalNames.Service(labels, group.Name);
        labels[CanonicalNames.RevisionLabel] = metadata["CANONICAL_REVISION"] = CanonicalNames.Revision(labels);

        metadata["POD_NAMESPACE"] = group.Namespace;
        metadata["SERVICE_ACCOUNT"] = group.ServiceAccount;
        metadata["TRUST_DOMAIN"] = effective.TrustDomain;
        metadata["ISTIO_META_CLUSTER_ID"] = inputs.ClusterId;
        metadata["ISTIO_META_MESH_ID"] = effective.Proxy.Text("mesh_id");
        metadata["ISTIO_META_NETWORK"] = group.Template.Text("network");
        metadata["ISTIO_META_WORKLOAD_NAME"] = group.Name;
        metadata["ISTIO_METAJSON_LABELS"] = GoJsonText.Object(labels);
        AddIf(metadata, ports.Any, "ISTIO_META_POD_PORTS", ports.PodPorts);
        AddIf(metadata, inputs.AutoRegister, "ISTIO_META_AUTO_REGISTER_GROUP", group.Name);
        bool isDecided = inputs.MeshDecidesDnsCapture && metadata.ContainsKey(DnsCapture);
        AddIf(metadata, inputs.CaptureDns && !isDecided, DnsCapture, "true");
    }

    private static void AddOverrides(
        Dictionary<string, string> variables,
        BootConfigurationInputs inputs,
        WorkloadGroupDocument group,
        ProtoMessage proxy,
        WorkloadPorts ports)
    {
        variables["ISTIO_INBOUND_PORTS"] = ports.Inbound;
        variables["ISTIO_LOCAL_EXCLUDE_PORTS"] = proxy.Integer("status_port") switch
        {
            15090 or 15021 => ExcludedPorts,
            0 => ExcludedPorts + ",15020",
            var port => ExcludedPorts + "," + port.ToString(CultureInfo.InvariantCulture),
        };
        variables["ISTIO_NAMESPACE"] = group.Namespace;
        variables["ISTIO_SERVICE"] = $"{group.Name}.{group.Namespace}";
        variables["ISTIO_SERVICE_CIDR"] = "*";
        variables["SERVICE_ACCOUNT"] = group.ServiceAccount;
        string address = inputs.InternalIP.Length > 0 ? inputs.InternalIP : inputs.ExternalIP;
        AddIf(variables, address.Length > 0, "ISTIO_SVC_IP", address);
        AddIf(variables, inputs.ExternalIP.Length > 0, "REWRITE_PROBE_LEGACY_LOCALHOST_DESTINATION", "true");
        AddIf(
            variables,
            IstiodAddress.IsRevisioned(inputs.Revision),
            "CA_ADDR",
            IstiodAddress.HostAndPort(inputs.IstioNamespace, inputs.Revision));
    }

    private static void Add(Dictionary<string, string> target, IReadOnlyDictionary<string, string> more)
    {
        foreach ((string key, string value) in more)
        {
            target[key] = value;
        }
    }

    private static void AddIf(Dictionary<string, string> target, bool condition, string key, string value)
    {
        if (condition)
        {
            target[key] = value;
        }
    }
}
