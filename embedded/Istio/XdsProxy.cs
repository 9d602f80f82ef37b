using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Onboarding.Api.Identity;

namespace Onboarding.Embedded.Istio;

/// <summary>The proxy at the other end of a stream, once its claims about itself are checked against who it proved to be.</summary>
internal sealed record XdsProxy(string Id, string Namespace, string WorkloadEntry)
{
    private const int MaximumName = 253;

    /// <exception cref="RpcException">InvalidArgument without a node id; PermissionDenied for another namespace or account.</exception>
    public static XdsProxy Of(Node? node, SpiffeId caller)
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

        return new XdsProxy(node.Id, ns, EntryName(node));
    }

    private static string EntryName(Node node)
    {
        string entry = Text(node, "WORKLOAD_ENTRY");
        string group = Text(node, "AUTO_REGISTER_GROUP");
        string address = Text(node, "INSTANCE_IPS").Split(',')[0];
        if (entry.Length > 0 || group.Length == 0 || address.Length == 0)
        {
            return entry;
        }

        string network = Text(node, "NETWORK");
        string name = $"{group}-{address.Replace(':', '-')}{(network.Length > 0 ? "-" : "")}{network}";
        return name.Length > MaximumName ? name[^MaximumName..] : name;
    }

    // type~address~name.namespace~domain
    private static string NamespaceOf(string id) =>
        id.Split('~') is [_, _, var name, _] && name.LastIndexOf('.') is var dot and >= 0 ? name[(dot + 1)..] : "";

    private static string Text(Node node, string name) =>
        node.Metadata?.Fields.TryGetValue(name, out Value? value) == true ? value.StringValue : "";
}
