using Onboarding.BootConfiguration.Schema;
using Onboarding.BootConfiguration.Yaml;

namespace Onboarding.BootConfiguration;

/// <summary>The mesh's <c>defaultConfig</c> with the group's annotations on top, and the mesh's trust domain.</summary>
internal sealed record EffectiveProxyConfig(ProtoMessage Proxy, Dictionary<string, string> Metadata, string TrustDomain)
{
    private const string Annotation = "proxy.istio.io/config";

    /// <exception cref="BootConfigurationException">The mesh configuration or an annotation can't be read.</exception>
    public static EffectiveProxyConfig Merge(BootConfigurationInputs inputs, WorkloadGroupDocument group)
    {
        var mesh = new ProtoMessage(MeshConfigSchema.MeshConfig);
        mesh.Set("default_config", new ProtoMessage(ProxyConfigSchema.ProxyConfig));
        Apply(inputs.MeshConfig, mesh, "mesh configuration");
        ProtoMessage proxy = mesh.Message("default_config")!;
        if (IstiodAddress.IsRevisioned(inputs.Revision) && proxy.Text("discovery_address").Length == 0)
        {
            proxy.Set("discovery_address", IstiodAddress.HostAndPort(inputs.IstioNamespace, inputs.Revision));
        }

        // Applying an annotation replaces proxyMetadata whole; merging by key is done beside it. (Where the mesh has none and an
        // annotation has, Istio writes into a map that isn't there and crashes.)
        Dictionary<string, string> metadata = proxy.Texts("proxy_metadata");
        foreach (IReadOnlyDictionary<string, string> annotations in new[] { group.Annotations, group.Metadata.Texts("annotations") })
        {
            if (!annotations.TryGetValue(Annotation, out string? text))
            {
                continue;
            }

            Apply(text, proxy, $"annotation {Annotation}");
            foreach ((string key, string value) in proxy.Texts("proxy_metadata"))
            {
                metadata[key] = value;
            }
        }

        // Also when the group has none: a probe of the mesh never reaches a machine.
        proxy.Set("readiness_probe", group.Spec.Message("probe"));
        return new EffectiveProxyConfig(proxy, metadata, mesh.Text("trust_domain"));
    }

    private static void Apply(YamlText yaml, ProtoMessage message, string what)
    {
        try
        {
            ProtoJsonReader.Apply(NonFinite.Refuse(YamlReader.Read(yaml, what)), message);
        }
        catch (BootConfigurationException e) when (!e.Message.StartsWith(what, StringComparison.Ordinal))
        {
            throw new BootConfigurationException($"{what}: {e.Message}", e);
        }
    }
}
