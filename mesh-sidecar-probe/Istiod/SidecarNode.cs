using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using Onboarding.SidecarProbe.Boot;

namespace Onboarding.SidecarProbe.Istiod;

/// <summary>What a sidecar tells istiod about itself.</summary>
internal static class SidecarNode
{
    private const string Prefix = "ISTIO_META_";
    private const string JsonPrefix = "ISTIO_METAJSON_";

    public static Node Create(SidecarIdentity sidecar)
    {
        BootContents boot = sidecar.Boot;
        string ns = sidecar.SpiffeId.Namespace;
        string pod = boot["POD_NAME"] is { Length: > 0 } given ? given : Environment.MachineName.Split('.')[0];
        string address = boot["ISTIO_SVC_IP"] is { Length: > 0 } own ? own : FirstAddress();
        var metadata = new Struct();
        foreach ((string name, string value) in boot.Variables.Where(v => v.Key.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            metadata.Fields[name[Prefix.Length..]] = Value.ForString(value);
        }

        foreach ((string name, string value) in boot.Variables.Where(v => v.Key.StartsWith(JsonPrefix, StringComparison.Ordinal)))
        {
            metadata.Fields[name[JsonPrefix.Length..]] = Value.ForStruct(Struct.Parser.ParseJson(value));
        }

        metadata.Fields["NAME"] = Value.ForString(pod);
        metadata.Fields["NAMESPACE"] = Value.ForString(ns);
        metadata.Fields["SERVICE_ACCOUNT"] = Value.ForString(sidecar.SpiffeId.ServiceAccount);
        metadata.Fields["INSTANCE_IPS"] = Value.ForString(address);
        metadata.Fields["ISTIO_VERSION"] = Value.ForString("1.32.0");
        metadata.Fields["PROXY_CONFIG"] = Value.ForStruct(Struct.Parser.ParseJson((boot.ProxyConfig ?? new JsonObject()).ToJsonString()));
        return new Node
        {
            Id = $"sidecar~{address}~{pod}.{ns}~{ns}.svc.cluster.local",
            Cluster = boot["ISTIO_SERVICE"],
            Metadata = metadata,
            Locality = new Locality(),
            UserAgentName = "mesh-sidecar-probe",
        };
    }

    private static string FirstAddress() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(i => i.OperationalStatus == OperationalStatus.Up)
        .SelectMany(i => i.GetIPProperties().UnicastAddresses)
        .Select(a => a.Address)
        .FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(a), IPAddress.Loopback)
        .ToString();
}
