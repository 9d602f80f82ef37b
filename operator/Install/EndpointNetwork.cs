using System.Text.Json.Nodes;
using k8s.Models;
using Onboarding.Api.Install;

namespace Onboarding.Operator.Install;

/// <summary>How agents reach the endpoint's pods: the Service, a NetworkPolicy, and Istio's gateway where there is no load balancer of its own.</summary>
internal static class EndpointNetwork
{
    private const int IstiodPort = 15012;

    /// <summary>The Service.</summary>
    public static V1Service Service(InstallInputs inputs)
    {
        ServiceSettings settings = inputs.Spec.Instance.KubeSpec.Service;
        string type = settings.Type ?? (IsBehindGateway(inputs) ? "ClusterIP" : "LoadBalancer");
        return new V1Service
        {
            ApiVersion = "v1",
            Kind = "Service",
            Metadata = EndpointDeployment.Meta(inputs, PlaneNames.Plane, settings.Annotations),
            Spec = new V1ServiceSpec
            {
                Type = type,
                Selector = PlaneNames.Selector,
                // A node that passes connections on to another one would be the source of all of them, and limits count by address.
                ExternalTrafficPolicy = type == "ClusterIP" ? null : "Local",
                LoadBalancerIP = settings.LoadBalancerIp,
                LoadBalancerSourceRanges = settings.LoadBalancerSourceRanges.Count == 0 ? null : [.. settings.LoadBalancerSourceRanges],
                Ports = [new V1ServicePort { Name = "tls-agents", Port = PlaneNames.AgentPort, TargetPort = "agents", Protocol = "TCP" }],
            },
        };
    }

    /// <summary>The NetworkPolicy; null if none is wanted.</summary>
    public static V1NetworkPolicy? Policy(InstallInputs inputs) => !inputs.Spec.Instance.HasNetworkPolicy ? null : new V1NetworkPolicy
    {
        ApiVersion = "networking.k8s.io/v1",
        Kind = "NetworkPolicy",
        Metadata = EndpointDeployment.Meta(inputs, PlaneNames.Plane),
        Spec = new V1NetworkPolicySpec
        {
            PodSelector = new V1LabelSelector { MatchLabels = PlaneNames.Selector },
            PolicyTypes = ["Ingress"],
            Ingress =
            [
                new V1NetworkPolicyIngressRule { Ports = [new V1NetworkPolicyPort { Port = "agents", Protocol = "TCP" }] },
                .. MetricsPort.Ingress(inputs.Spec.Instance.Metrics),
            ],
        },
    };

    /// <summary>Istio's Gateway: the server name says whether it is istiod, the endpoint or a service that a machine calls; null if there is none.</summary>
    public static JsonObject? Gateway(InstallInputs inputs) => !IsBehindGateway(inputs) ? null : Istio(InstalledKind.Gateway, inputs, new JsonObject
    {
        ["selector"] = new JsonObject(inputs.Spec.Instance.Exposure.GatewaySelector.Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value))),
        ["servers"] = new JsonArray(
            Server("tls-onboarding", "PASSTHROUGH", inputs.Endpoint.Hosts),
            Server("tls-istiod", "PASSTHROUGH", [IstiodHost(inputs)]),
            Server("tls-services", "AUTO_PASSTHROUGH", ["*.local"])),
    });

    /// <summary>Istio's VirtualService: where what the gateway passes through goes; null if there is none.</summary>
    public static JsonObject? Routes(InstallInputs inputs) => !IsBehindGateway(inputs) ? null : Istio(InstalledKind.VirtualService, inputs, new JsonObject
    {
        ["hosts"] = Texts([.. inputs.Endpoint.Hosts, IstiodHost(inputs)]),
        ["gateways"] = Texts([PlaneNames.Plane]),
        ["tls"] = new JsonArray(
            Route(inputs.Endpoint.Hosts, $"{PlaneNames.Plane}.{inputs.Namespace}.svc.cluster.local", PlaneNames.AgentPort),
            Route([IstiodHost(inputs)], $"istiod.{inputs.Namespace}.svc.cluster.local", IstiodPort)),
    });

    /// <summary>cert-manager's Certificate; null if the Secret is filled by other means.</summary>
    public static JsonObject? Certificate(InstallInputs inputs) => inputs.Endpoint.Certificate is not { } issuer ? null : Istio(InstalledKind.Certificate, inputs, new JsonObject
    {
        ["secretName"] = inputs.Endpoint.SecretName,
        ["dnsNames"] = Names(inputs, isAddress: false),
        ["ipAddresses"] = Names(inputs, isAddress: true),
        ["usages"] = Texts(["digital signature", "server auth"]),
        ["privateKey"] = new JsonObject { ["algorithm"] = "ECDSA", ["size"] = 256, ["rotationPolicy"] = "Always" },
        ["issuerRef"] = new JsonObject { ["name"] = issuer.IssuerName, ["kind"] = issuer.IssuerKind, ["group"] = issuer.IssuerGroup },
    });

    private static bool IsBehindGateway(InstallInputs inputs) => inputs.Spec.Instance.Exposure.Type == ExposureType.IstioGateway;

    private static string IstiodHost(InstallInputs inputs) => $"istiod.{inputs.Namespace}.svc";

    private static JsonArray? Names(InstallInputs inputs, bool isAddress) =>
        inputs.Endpoint.Hosts.Where(h => System.Net.IPAddress.TryParse(h, out _) == isAddress).ToArray() is { Length: > 0 } names ? Texts(names) : null;

    private static JsonObject Istio(InstalledKind kind, InstallInputs inputs, JsonObject spec)
    {
        foreach (string unset in spec.Where(f => f.Value is null).Select(f => f.Key).ToArray())
        {
            spec.Remove(unset);
        }

        return new JsonObject
        {
            ["apiVersion"] = kind.ApiVersion,
            ["kind"] = kind.Name,
            ["metadata"] = JsonNode.Parse(k8s.KubernetesJson.Serialize(EndpointDeployment.Meta(inputs, PlaneNames.Plane))),
            ["spec"] = spec,
        };
    }

    private static JsonObject Server(string name, string mode, IReadOnlyList<string> hosts) => new()
    {
        ["port"] = new JsonObject { ["number"] = PlaneNames.AgentPort, ["name"] = name, ["protocol"] = "TLS" },
        ["tls"] = new JsonObject { ["mode"] = mode },
        ["hosts"] = Texts(hosts),
    };

    private static JsonObject Route(IReadOnlyList<string> names, string host, int port) => new()
    {
        ["match"] = new JsonArray(new JsonObject { ["port"] = PlaneNames.AgentPort, ["sniHosts"] = Texts(names) }),
        ["route"] = new JsonArray(new JsonObject
        {
            ["destination"] = new JsonObject { ["host"] = host, ["port"] = new JsonObject { ["number"] = port } },
        }),
    };

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(t => (JsonNode?)t)];
}
