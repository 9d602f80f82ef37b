using System.Text.Json;
using System.Text.Json.Nodes;
using Onboarding.Endpoint.Cluster;
using Onboarding.Kubernetes.Models;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Onboarding.Endpoint.BootConfiguration;

/// <summary>What Istio's own objects in the plane's namespace say, by control-plane revision.</summary>
internal sealed class MeshSettings(ClusterState cluster, string istioNamespace, string ingressService)
{
    private const string DefaultTrustDomain = "cluster.local";

    /// <summary>Namespace of the control plane.</summary>
    public string Namespace => istioNamespace;

    /// <summary>The mesh configuration, YAML; null if there is no such revision.</summary>
    public string? MeshConfig(string? revision) =>
        cluster.ConfigMaps.Get(istioNamespace, Revisioned("istio", revision))?.Data.GetValueOrDefault("mesh");

    /// <summary>The cluster's name in the mesh; empty for istiod's own.</summary>
    public string ClusterId(string? revision)
    {
        string? values = cluster.ConfigMaps.Get(istioNamespace, Revisioned("istio-sidecar-injector", revision))?.Data.GetValueOrDefault("values");
        try
        {
            JsonNode? name = values is null ? null : JsonNode.Parse(values)?["global"]?["multiCluster"]?["clusterName"];
            return name is JsonValue value && value.TryGetValue(out string? text) ? text : "";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return "";
        }
    }

    /// <summary>Roots that the control plane's certificates chain to, PEM; null while istiod has yet to write them.</summary>
    public string? RootCertificate(string ns) =>
        cluster.RootCertificates.Get(ns, ClusterState.RootCertificateName)?.Data.GetValueOrDefault("root-cert.pem");

    /// <summary>Address of the gateway that workloads reach istiod by; empty if none is known.</summary>
    public string IngressAddress()
    {
        V1Service? service = cluster.Services.Get(istioNamespace, ingressService);
        string? balancer = service?.LoadBalancerIngress.FirstOrDefault(i => !string.IsNullOrEmpty(i.Ip))?.Ip;
        return balancer ?? (service is { ExternalIps: [var external, ..] } ? external : "");
    }

    /// <summary>The mesh's trust domain.</summary>
    public string TrustDomain(string? revision)
    {
        string? mesh = MeshConfig(revision);
        return mesh is null ? DefaultTrustDomain : TopLevelText(mesh, "trustDomain") ?? DefaultTrustDomain;
    }

    private static string Revisioned(string name, string? revision) => revision is null or "" or "default" ? name : $"{name}-{revision}";

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
