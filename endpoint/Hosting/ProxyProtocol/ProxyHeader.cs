using System.Buffers.Binary;
using System.Net;

namespace Onboarding.Endpoint.Hosting.ProxyProtocol;

/// <summary>Reads the header that a load balancer puts before a connection to say where it comes from (PROXY protocol, version 2).</summary>
internal static class ProxyHeader
{
    /// <summary>Length of its fixed part.</summary>
    public const int FixedLength = 16;

    /// <summary>Most that may follow the fixed part.</summary>
    public const int LongestRest = 2048;

    private static ReadOnlySpan<byte> Signature => [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A];

    /// <summary>Length of what follows the fixed part; null if it isn't a header.</summary>
    /// <param name="start">The first <see cref="FixedLength"/> bytes.</param>
    public static int? RestOf(ReadOnlySpan<byte> start)
    {
        bool isHeader = start.Length >= FixedLength && start[..Signature.Length].SequenceEqual(Signature)
            && start[12] >> 4 == 2 && (start[12] & 0x0F) <= 1;
        int rest = isHeader ? BinaryPrimitives.ReadUInt16BigEndian(start[14..]) : 0;
        return isHeader && rest <= LongestRest ? rest : null;
    }

    /// <summary>Where the connection comes from.</summary>
    /// <param name="header">The whole header.</param>
    /// <param name="source">The address; null if the load balancer speaks for itself (health checks), or of another kind of network.</param>
    /// <returns>False if the header is malformed.</returns>
    public static bool TryRead(ReadOnlySpan<byte> header, out IPEndPoint? source)
    {
        source = null;
        if (RestOf(header) is not { } length || header.Length != FixedLength + length)
        {
            return false;
        }

        bool isLocal = (header[12] & 0x0F) == 0;
        ReadOnlySpan<byte> rest = header[FixedLength..];
        switch (isLocal ? 0 : header[13])
        {
            case 0x11 when rest.Length >= 12:
                source = new IPEndPoint(new IPAddress(rest[..4]), BinaryPrimitives.ReadUInt16BigEndian(rest[8..]));
                return true;
            case 0x21 when rest.Length >= 36:
                source = new IPEndPoint(new IPAddress(rest[..16]), BinaryPrimitives.ReadUInt16BigEndian(rest[32..]));
                return true;
            case 0x11 or 0x21:
                return false;
            default:
                return true;
        }
    }
}
