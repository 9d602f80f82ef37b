using System.Net;
using System.Net.Sockets;

namespace Onboarding.Tests.IstioPackage.Redirection;

/// <summary>What differs between the rules for IPv4 and those for IPv6.</summary>
internal sealed record AddressFamilyNames(AddressFamily Family, string Program, string Loopback, string PassthroughSource, int Bits)
{
    public static readonly AddressFamilyNames IPv4 = new(AddressFamily.InterNetwork, "iptables", "127.0.0.1/32", "127.0.0.6/32", 32);
    public static readonly AddressFamilyNames IPv6 = new(AddressFamily.InterNetworkV6, "ip6tables", "::1/128", "::6/128", 128);

    public string Single(IPAddress address) => $"{address}/{Bits}";
}
