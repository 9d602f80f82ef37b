using System.Text.Json.Nodes;
using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;

namespace Onboarding.Tests.IstioPackage.Proxy;

/// <summary>What pilot-agent tells istiod of itself, as recorded.</summary>
internal static class ProxyNode
{
    private const string Prefix = "ISTIO_META_";
    private const string JsonPrefix = "ISTIO_METAJSON_";

    public static Node Create(ProxySettings settings)
    {
        var metadata = new JsonObject();
        foreach ((string name, string value) in settings.Variables.Where(v => v.Key.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            metadata[name[Prefix.Length..]] = value;
        }

        foreach ((string name, string value) in settings.Variables.Where(v => v.Key.StartsWith(JsonPrefix, StringComparison.Ordinal)))
        {
            JsonObject values = JsonNode.Parse(value)!.AsObject();
            foreach ((string key, JsonNode? text) in values)
            {
                metadata[key] = text?.DeepClone();
            }

            metadata[name[JsonPrefix.Length..]] = values;
        }

        string address = settings["INSTANCE_IP"];
        metadata["ENVOY_PROMETHEUS_PORT"] = 15090;
        metadata["ENVOY_SKIP_DEPRECATED_LOGS"] = "true";
        metadata["ENVOY_STATUS_PORT"] = 15021;
        metadata["INSTANCE_IPS"] = address;
        metadata["ISTIO_VERSION"] = VersionCommand.Version;
        metadata["METADATA_DISCOVERY"] = "false";
        metadata["NAME"] = settings["POD_NAME"];
        metadata["NAMESPACE"] = settings.Namespace;
        metadata["PILOT_SAN"] = new JsonArray(settings.DiscoveryAddress.Split(':')[0]);
        metadata["PROXY_CONFIG"] = settings.ProxyConfig.DeepClone();
        metadata["SERVICE_ACCOUNT"] = settings["SERVICE_ACCOUNT"];
        metadata["STATIC_LABELS"] = metadata["LABELS"]?.DeepClone();
        metadata["WORKLOAD_IDENTITY_SOCKET_FILE"] = "socket";
        return new Node
        {
            Id = $"sidecar~{address}~{settings["POD_NAME"]}.{settings.Namespace}~{settings.Namespace}.svc.cluster.local",
            Cluster = settings.ProxyConfig["serviceCluster"]!.GetValue<string>(),
            Metadata = Struct.Parser.ParseJson(metadata.ToJsonString()),
            Locality = new Locality(),
        };
    }
}
