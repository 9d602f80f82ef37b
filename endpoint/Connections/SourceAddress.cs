using System.Net;
using System.Net.Sockets;

namespace Onboarding.Endpoint.Connections;

/// <summary>What counts as one place where callers come from.</summary>
internal static class SourceAddress
{
    /// <summary>The key that limits go by: a host has a whole /64 of IPv6 addresses (RFC 4291) and can come from another one each time.</summary>
    public static string KeyOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4().ToString();
        }

        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? $"{new IPAddress([.. address.GetAddressBytes().AsSpan(0, 8), .. new byte[8]])}/64"
            : address.ToString();
    }

    /// <summary>The same of an address as text; text that is none is its own key.</summary>
    public static string KeyOf(string address) => IPAddress.TryParse(address, out IPAddress? parsed) ? KeyOf(parsed) : address;
}
