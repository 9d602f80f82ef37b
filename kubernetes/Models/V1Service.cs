using System.Text.Json.Nodes;
using Onboarding.Api.Meta;

namespace Onboarding.Kubernetes.Models;

/// <summary>A service (<c>v1 Service</c>), as far as addresses of gateways go; the rest is kept on update.</summary>
public sealed record V1Service : IKubernetesObject<V1Service>
{
    /// <inheritdoc/>
    public static ResourceDefinition Definition { get; } = new("", "v1", "Service", "services");

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init; } = new();

    /// <summary>E.g. <c>LoadBalancer</c>.</summary>
    public string? Type { get; private init; }

    /// <summary>Address in the cluster; <c>None</c> for headless ones.</summary>
    public string? ClusterIp { get; private init; }

    /// <summary>Addresses an administrator gave it.</summary>
    public IReadOnlyList<string> ExternalIps { get; private init; } = [];

    /// <summary>Its ports.</summary>
    public IReadOnlyList<ServicePort> Ports { get; private init; } = [];

    /// <summary>Addresses of its load balancer; empty until it has one.</summary>
    public IReadOnlyList<LoadBalancerIngress> LoadBalancerIngress { get; private init; } = [];

    private ObjectSource Source { get; init; } = ObjectSource.None;

    /// <inheritdoc/>
    public static V1Service FromJson(JsonObject json)
    {
        JsonObject spec = json.Object("spec") ?? [];
        JsonObject balancer = json.Object("status")?.Object("loadBalancer") ?? [];
        return new V1Service
        {
            Metadata = ObjectMetaJson.Read(json),
            Type = spec.Text("type"),
            ClusterIp = spec.Text("clusterIP"),
            ExternalIps = spec.Texts("externalIPs"),
            Ports = [.. spec.Objects("ports").Select(p => new ServicePort(p.Text("name"), (int)(p.Number("port") ?? 0)) { NodePort = (int?)p.Number("nodePort") })],
            LoadBalancerIngress = [.. balancer.Objects("ingress").Select(i => new LoadBalancerIngress(i.Text("ip"), i.Text("hostname")))],
            Source = new ObjectSource(json),
        };
    }

    /// <inheritdoc/>
    public JsonObject ToJson() => Source.ToJson(Definition, Metadata);
}

/// <summary>An address of a load balancer.</summary>
/// <param name="Ip">IP address; null if it has a name.</param>
/// <param name="Hostname">Name; null if it has an address.</param>
public sealed record LoadBalancerIngress(string? Ip, string? Hostname);

/// <summary>A port of a service.</summary>
/// <param name="Name">Its name; null if the service has only one.</param>
/// <param name="Port">The number clients use.</param>
public sealed record ServicePort(string? Name, int Port)
{
    /// <summary>The number at which every node takes it; null unless the service is a <c>NodePort</c>.</summary>
    public int? NodePort { get; init; }
}
