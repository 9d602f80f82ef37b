using System.Net;
using System.Net.Sockets;

namespace Onboarding.Plane.Members;

/// <summary>
/// Addresses that are no machine's of anybody's network: neither may a workload have its clients send requests there, nor may the plane
/// be made to. The metadata services are what attackers want (they hand out credentials to any program that asks from the machine itself), and
/// addresses that mean an IPv4 one are ways around a list of those.
/// </summary>
internal static class NeverAddresses
{
    private static readonly (IPNetwork Network, string What)[] Networks =
    [
        (IPNetwork.Parse("0.0.0.0/8"), "is unspecified"),
        (IPNetwork.Parse("::/128"), "is unspecified"),
        (IPNetwork.Parse("169.254.0.0/16"), "is link-local"),
        (IPNetwork.Parse("fe80::/10"), "is link-local"),
        // Azure's wire server, Oracle's and Alibaba's metadata services, and those of AWS and Google over IPv6.
        (IPNetwork.Parse("168.63.129.16/32"), "is a cloud's metadata service"),
        (IPNetwork.Parse("192.0.0.0/24"), "is a cloud's metadata service"),
        (IPNetwork.Parse("100.100.100.200/32"), "is a cloud's metadata service"),
        (IPNetwork.Parse("fd00:ec2::/32"), "is a cloud's metadata service"),
        (IPNetwork.Parse("fd20:ce::254/128"), "is a cloud's metadata service"),
        (IPNetwork.Parse("224.0.0.0/3"), "is a multicast or reserved address"),
        (IPNetwork.Parse("ff00::/8"), "is a multicast or reserved address"),
        // IPv4-compatible, NAT64 (well-known and local), 6to4, Teredo.
        (IPNetwork.Parse("::/96"), "represents an IPv4 address"),
        (IPNetwork.Parse("64:ff9b::/96"), "represents an IPv4 address"),
        (IPNetwork.Parse("64:ff9b:1::/48"), "represents an IPv4 address"),
        (IPNetwork.Parse("2002::/16"), "represents an IPv4 address"),
        (IPNetwork.Parse("2001::/32"), "represents an IPv4 address"),
    ];

    /// <summary>What is wrong with an address; null if nothing is. Loopback is the caller's to judge, before.</summary>
    /// <param name="address">The address, <see cref="Plain"/>.</param>
    public static string? Problem(IPAddress address) => address.AddressFamily is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6)
        ? "is no IP address"
        : address is { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: not 0 } ? "is link-local"
        : Networks.FirstOrDefault(n => n.Network.BaseAddress.AddressFamily == address.AddressFamily && n.Network.Contains(address)).What;

    /// <summary>The IPv4 address of one that is mapped into IPv6, which connects to the same place; else the address.</summary>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
