using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Onboarding.Api.Identity;
using Onboarding.Embedded.Admission;

namespace Onboarding.Embedded.Istio;

/// <summary>Reads who is at the other end of a stream, and checks it against who it proved to be.</summary>
internal static class XdsProxy
{
    private const int MaximumName = 253;

    private static readonly string[] NodeTypes = ["sidecar", "router", "waypoint", "ztunnel", "agentgateway"];

    /// <summary>The proxy, if it may have the stream.</summary>
    /// <exception cref="RpcException">InvalidArgument for a node that can't be read; PermissionDenied for another namespace or account.</exception>
    public static ConnectedProxy Admit(Node? node, SpiffeId caller, DateTimeOffset connectedAt)
    {
        if (string.IsNullOrEmpty(node?.Id))
        {
            throw Unreadable("missing node information");
        }

        // type~address~name.namespace~namespace.domain
        if (node.Id.Split('~') is not [var type, var address, _, var domain])
        {
            throw Unreadable($"missing parts in the service node \"{node.Id}\"");
        }

        if (!NodeTypes.Contains(type))
        {
            throw Unreadable($"invalid node type (valid types: [{string.Join(' ', NodeTypes)}]) in the service node \"{node.Id}\"");
        }

        string[] instance = Text(node, "INSTANCE_IPS").Split(',');
        address = instance.All(IstioNames.IsIp) ? instance[0]
            : IstioNames.IsIp(address) ? address
            : throw Unreadable("no valid IP address in the service node id or metadata");

        // The node is only what the proxy says of itself: without this check any workload could read, or report health of, another's.
        string ns = Text(node, "NAMESPACE") is { Length: > 0 } given ? given : domain.Split('.') is [var first, _, ..] ? first : "";
        string account = Text(node, "SERVICE_ACCOUNT");
        if (ns != caller.Namespace || (account.Length > 0 && account != caller.ServiceAccount))
        {
            throw StreamRefusal.Create(
                StatusCode.PermissionDenied, $"authorization failed: no identities ([{caller}]) matched {ns}/{account}");
        }

        return new ConnectedProxy(
            node.Id,
            ns,
            EntryName(node, address),
            Text(node, "AUTO_REGISTER_GROUP").Length > 0,
            $"{Text(node, "NETWORK")}~{address}",
            caller,
            connectedAt);
    }

    /// <summary>What it names, unless it wants to be registered by its group: then istiod makes up the name.</summary>
    private static string EntryName(Node node, string address)
    {
        string group = Text(node, "AUTO_REGISTER_GROUP");
        if (group.Length == 0)
        {
            return Text(node, "WORKLOAD_ENTRY");
        }

        string network = Text(node, "NETWORK");
        string name = $"{group}-{address.Replace(':', '-')}{(network.Length > 0 ? "-" : "")}{network}";
        return name.Length > MaximumName ? name[^MaximumName..] : name;
    }

    private static RpcException Unreadable(string why) => StreamRefusal.Create(StatusCode.InvalidArgument, why);

    private static string Text(Node node, string name) =>
        node.Metadata?.Fields.TryGetValue(name, out Value? value) == true ? value.StringValue : "";
}

/// <summary>Says to a proxy why it can't have its stream.</summary>
internal static class StreamRefusal
{
    private const int MostCharacters = 1000;

    /// <summary>The refusal, with as much of its reason as fits into a header: a proxy could make istiod send megabytes of its own words.</summary>
    public static RpcException Create(StatusCode code, string why) =>
        new(new Status(code, why.Length > MostCharacters ? $"{why[..MostCharacters]}…" : why));
}
