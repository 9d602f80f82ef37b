using System.Net;

namespace Onboarding.Client.Checks;

/// <summary>Addresses of sockets for people.</summary>
internal static class EndPointText
{
    /// <summary>As people write it: a socket for both families shows IPv4 as mapped into IPv6.</summary>
    public static string Format(EndPoint? endpoint) => endpoint is IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped
        ? new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port).ToString()
        : endpoint?.ToString() ?? "";
}
