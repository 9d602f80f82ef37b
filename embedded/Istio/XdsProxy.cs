using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Onboarding.Api.Identity;

namespace Onboarding.Embedded.Istio;

/// <summary>Reads who is at the other end of a stream, and checks it against who it proved to be.</summary>
internal static class XdsProxy
{
    private const int MaximumName = 253;

    /// <exception cref="RpcException">InvalidArgument without a node id; PermissionDenied for another namespace or account.</exception>
    public static ConnectedProxy Of(Node? node, SpiffeId caller, DateTimeOffset connectedAt)
    {
        if (string.IsNullOrEmpty(node?.Id))
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "missing node information"));
        }

        // The node is only what the proxy says of itself: without this check any workload could read, or report health of, another's.
        string ns = Text(node, "NAMESPACE") is { Length: > 0 } given ? given : NamespaceOf(node.Id);
        string account = Text(node, "SERVICE_ACCOUNT");
        if (ns != caller.Namespace || (account.Length > 0 && account != caller.ServiceAccount))
        {
            throw new RpcException(new Status(
                StatusCode.PermissionDenied, $"authorization failed: no identities ([{caller}]) matched {ns}/{account}"));
        }

        return new ConnectedProxy(
            node.Id, ns, EntryName(node), Text(node, "AUTO_REGISTER_GROUP").Length > 0, $"{Text(node, "NETWORK")}~{Address(node)}", caller, connectedAt);
    }

    /// <summary>What it names, unless it wants to be registered by its group: then istiod makes up the name.</summary>
    private static string EntryName(Node node)
    {
        string group = Text(node, "AUTO_REGISTER_GROUP");
        if (group.Length == 0)
        {
            return Text(node, "WORKLOAD_ENTRY");
        }

        string address = Address(node);
        if (address.Length == 0)
        {
            return "";
        }

        string network = Text(node, "NETWORK");
        string name = $"{group}-{address.Replace(':', '-')}{(network.Length > 0 ? "-" : "")}{network}";
        return name.Length > MaximumName ? name[^MaximumName..] : name;
    }

    private static string Address(Node node) => Text(node, "INSTANCE_IPS").Split(',')[0];

    // type~address~name.namespace~domain
    private static string NamespaceOf(string id) =>
        id.Split('~') is [_, _, var name, _] && name.LastIndexOf('.') is var dot and >= 0 ? name[(dot + 1)..] : "";

    private static string Text(Node node, string name) =>
        node.Metadata?.Fields.TryGetValue(name, out Value? value) == true ? value.StringValue : "";
}
