using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Onboarding.Tests.IstioPackage.Redirection;

/// <summary>What the rules depend on, read from the environment that istio-start.sh has made of sidecar.env and cluster.env.</summary>
internal sealed record RedirectionSettings
{
    public const string TransparentProxy = "TPROXY";

    /// <summary>Ports whose traffic goes to Envoy; <c>*</c> for all but <see cref="ExcludedInboundPorts"/>; empty for none.</summary>
    public required string InboundPorts { get; init; }

    public required IReadOnlyList<string> ExcludedInboundPorts { get; init; }

    /// <summary>Destinations that go to Envoy; <c>*</c> for all.</summary>
    public required string ServiceRanges { get; init; }

    public required IReadOnlyList<string> ExcludedGroups { get; init; }

    public required IReadOnlyList<string> VirtualInterfaces { get; init; }

    /// <summary>Resolvers whose queries go to pilot-agent; empty where it captures no DNS.</summary>
    public required IReadOnlyList<IPAddress> Resolvers { get; init; }

    public required string InterceptionMode { get; init; }

    /// <summary>User and group id of the proxy, whose own traffic is never redirected.</summary>
    public required uint ProxyId { get; init; }

    /// <summary>Whether the machine has an address that other machines reach it at by IPv6.</summary>
    public required bool HasIPv6 { get; init; }

    /// <summary>nft instead of iptables.</summary>
    public required bool NativeNftables { get; init; }

    /// <summary><c>nft</c>, <c>legacy</c>, or empty for what the machine's <c>iptables</c> is.</summary>
    public required string IptablesBinary { get; init; }

    public bool IsTransparent => InterceptionMode == TransparentProxy;

    public static RedirectionSettings Read() => new()
    {
        InboundPorts = Text("ISTIO_INBOUND_PORTS"),
        ExcludedInboundPorts = List("ISTIO_LOCAL_EXCLUDE_PORTS"),
        ServiceRanges = Text("ISTIO_SERVICE_CIDR"),
        ExcludedGroups = List("ISTIO_OUTBOUND_OWNER_GROUPS_EXCLUDE"),
        VirtualInterfaces = List("KUBE_VIRT_INTERFACES"),
        Resolvers = Text("ISTIO_META_DNS_CAPTURE") == "true" ? ResolverFile.Servers() : [],
        InterceptionMode = Text("ISTIO_INBOUND_INTERCEPTION_MODE"),
        ProxyId = UserFile.IdOf(Environment.GetEnvironmentVariable("ENVOY_USER") is { Length: > 0 } user ? user : "istio-proxy"),
        HasIPv6 = HasAddressOfIPv6(),
        NativeNftables = Text("NATIVE_NFTABLES") == "true",
        IptablesBinary = Text("FORCE_IPTABLES_BINARY"),
    };

    /// <summary>True if the machine has an address by which others reach it by IPv6.</summary>
    public static bool HasAddressOfIPv6() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(i => i.NetworkInterfaceType != NetworkInterfaceType.Loopback)
        .SelectMany(i => i.GetIPProperties().UnicastAddresses)
        .Select(a => a.Address)
        .Any(a => a.AddressFamily == AddressFamily.InterNetworkV6 && !a.IsIPv6LinkLocal);

    private static string Text(string variable) => Environment.GetEnvironmentVariable(variable) ?? "";

    private static string[] List(string variable) =>
        Text(variable).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
