using System.Net;
using Onboarding.Plane.Members;

namespace Onboarding.Endpoint.Authentication.Jwt;

/// <summary>
/// Which addresses the plane may fetch an issuer's keys from. Anyone who can edit an OnboardingPlane, or the DNS of an issuer, could
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

    // For tests of networks (RFC 2544); no one's keys are there.
    private static readonly IPNetwork Benchmarks = IPNetwork.Parse("198.18.0.0/15");

    /// <summary>True if keys may be fetched from this address.</summary>
    public bool Allows(IPAddress address)
    {
        IPAddress plain = NeverAddresses.Plain(address);
        if (IPAddress.IsLoopback(plain))
        {
            return AllowLoopback;
        }

        return NeverAddresses.Problem(plain) is null && !In([Benchmarks], plain) && (AllowPrivate || !In(Private, plain));
    }

    private static bool In(IPNetwork[] networks, IPAddress address) =>
        networks.Any(n => n.BaseAddress.AddressFamily == address.AddressFamily && n.Contains(address));
}
