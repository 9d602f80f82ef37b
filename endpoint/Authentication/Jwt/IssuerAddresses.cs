using System.Net;
using System.Net.Sockets;

namespace Onboarding.Endpoint.Authentication.Jwt;

/// <summary>
/// Which addresses the plane may fetch an issuer's keys from. Whoever can edit an OnboardingPlane, or the DNS of an issuer, could
/// otherwise make the plane call the metadata service of its cloud or a service inside the cluster (Istio CVE-2026-41413).
/// </summary>
/// <param name="AllowPrivate">Allow private networks, for an identity provider of one's own.</param>
/// <param name="AllowLoopback">Allow this machine, for demonstrations and tests.</param>
internal sealed record IssuerAddresses(bool AllowPrivate, bool AllowLoopback)
{
    private static readonly IPNetwork[] Private =
    [
        IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("fec0::/10"),
    ];

    private static readonly IPNetwork[] Never =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("192.0.0.0/24"),
        IPNetwork.Parse("198.18.0.0/15"), IPNetwork.Parse("224.0.0.0/3"),
        IPNetwork.Parse("fe80::/10"), IPNetwork.Parse("ff00::/8"), IPNetwork.Parse("64:ff9b::/96"), IPNetwork.Parse("2002::/16"),
    ];

    /// <summary>True if keys may be fetched from this address.</summary>
    public bool Allows(IPAddress address)
    {
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (IPAddress.IsLoopback(plain))
        {
            return AllowLoopback;
        }

        if (plain.Equals(IPAddress.IPv6Any) || In(Never, plain))
        {
            return false;
        }

        return AllowPrivate || !In(Private, plain);
    }

    private static bool In(IPNetwork[] networks, IPAddress address) =>
        networks.Any(n => n.BaseAddress.AddressFamily == address.AddressFamily && n.Contains(address))
        || address.AddressFamily is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6);
}
