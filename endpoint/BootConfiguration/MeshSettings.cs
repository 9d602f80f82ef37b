using Onboarding.BootConfiguration;
using Onboarding.Endpoint.Cluster;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Onboarding.Endpoint.BootConfiguration;

/// <summary>What Istio's own objects in the plane's namespace say, by what an agent's configuration calls the control plane's revision.</summary>
internal sealed class MeshSettings(ClusterState cluster, string istioNamespace)
{
    /// <summary>What istiod calls its cluster where the installation doesn't name it.</summary>
    private const string DefaultClusterId = "Kubernetes";

    private const string DefaultTrustDomain = "cluster.local";

    /// <summary>Namespace of the control plane.</summary>
    public string Namespace => istioNamespace;

    /// <summary>
    /// The revision that is meant: the one of that name, or the one that a tag of that name points to; without a name, what the tag
    /// <c>default</c> points to. Empty for a control plane without revisions.
    /// </summary>
    public string Revision(string? asked)
    {
        string name = asked is null or "" ? RevisionTag.Default : asked;
        if (IstiodAddress.IsRevisioned(name) && cluster.ConfigMaps.Get(istioNamespace, $"istio-{name}") is not null)
        {
            return name;
        }

        string revision = cluster.RevisionTags.Get(null, RevisionTag.NameOf(name, istioNamespace))?.Revision ?? name;
        return IstiodAddress.IsRevisioned(revision) ? revision : "";
    }

    /// <summary>The mesh configuration, YAML; null if there is no such revision.</summary>
    public string? MeshConfig(string? asked) =>
        cluster.ConfigMaps.Get(istioNamespace, Revisioned("istio", asked))?.Data.GetValueOrDefault("mesh");

    /// <summary>The cluster's name in the mesh, as istiod has it.</summary>
    public string ClusterId(string? asked)
    {
        string? values = cluster.ConfigMaps.Get(istioNamespace, Revisioned("istio-sidecar-injector", asked))?.Data.GetValueOrDefault("values");
        try
        {
            return values is not null && InjectorValues.ClusterName(values) is { Length: > 0 } name ? name : DefaultClusterId;
        }
        catch (BootConfigurationException)
        {
            return DefaultClusterId;
        }
    }

    /// <summary>Roots that the control plane's certificates chain to, PEM; null while istiod has yet to write them.</summary>
    public string? RootCertificate(string ns) =>
        cluster.RootCertificates.Get(ns, ClusterState.RootCertificateName)?.Data.GetValueOrDefault("root-cert.pem");

    /// <summary>The mesh's trust domain.</summary>
    public string TrustDomain(string? asked)
    {
        string? mesh = MeshConfig(asked);
        return mesh is null ? DefaultTrustDomain : TopLevelText(mesh, "trustDomain") ?? DefaultTrustDomain;
    }

    private string Revisioned(string name, string? asked) => Revision(asked) is { Length: > 0 } revision ? $"{name}-{revision}" : name;

    // The one value of the mesh configuration that the endpoint itself needs.
    private static string? TopLevelText(string yaml, string key)
    {
        try
        {
            var parser = new Parser(new StringReader(yaml));
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _) || !parser.TryConsume<MappingStart>(out _))
            {
                return null;
            }

            while (parser.TryConsume<Scalar>(out var name))
            {
                if (name.Value == key)
                {
                    return parser.TryConsume<Scalar>(out var value) && value.Value.Length > 0 ? value.Value : null;
                }

                parser.SkipThisAndNestedEvents();
            }

            return null;
        }
        catch (YamlException)
        {
            return null;
        }
    }
}
