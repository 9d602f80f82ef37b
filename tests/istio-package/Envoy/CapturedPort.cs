using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Onboarding.Tests.IstioPackage.Envoy;

/// <summary>
/// A listener that the rules redirect to: passes each connection on to where it was meant to go, as Envoy's passthrough cluster does, or drops
/// it, as Envoy's black hole does under <c>REGISTRY_ONLY</c>.
/// </summary>
/// <param name="port">The port.</param>
/// <param name="source">Address it connects from; of the family that it listens on.</param>
/// <param name="drop">Whether it drops everything.</param>
internal sealed class CapturedPort(int port, IPAddress source, bool drop)
{
    // linux/netfilter_ipv4.h; linux/netfilter_ipv6/ip6_tables.h has the same number.
    private const int OriginalDestination = 80;

    public async Task RunAsync(CancellationToken stop)
    {
        bool isIPv6 = source.AddressFamily == AddressFamily.InterNetworkV6;
        var listener = new TcpListener(isIPv6 ? IPAddress.IPv6Any : IPAddress.Any, port);
        if (isIPv6)
        {
            listener.Server.DualMode = false;
        }

        listener.Start();
        while (true)
        {
            _ = ServeAsync(await listener.AcceptSocketAsync(stop));
        }
    }

    private async Task ServeAsync(Socket client)
    {
        try
        {
            using (client)
            {
                IPEndPoint destination = DestinationOf(client);
                if (drop || destination.Port == port)
                {
                    return;
                }

                using var server = new Socket(source.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                server.Bind(new IPEndPoint(source, 0));
                await server.ConnectAsync(destination);
                using var here = new NetworkStream(client);
                using var there = new NetworkStream(server);
                await Task.WhenAll(PassAsync(here, there, server), PassAsync(there, here, client));
            }
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            // One side is gone, and with it the other.
        }
    }

    private static async Task PassAsync(NetworkStream from, NetworkStream to, Socket end)
    {
        await from.CopyToAsync(to);
        end.Shutdown(SocketShutdown.Send);
    }

    private static IPEndPoint DestinationOf(Socket socket)
    {
        if (socket.AddressFamily == AddressFamily.InterNetworkV6)
        {
            var address6 = new byte[28];
            socket.GetRawSocketOption((int)SocketOptionLevel.IPv6, OriginalDestination, address6);
            return new IPEndPoint(new IPAddress(address6.AsSpan(8, 16)), BinaryPrimitives.ReadUInt16BigEndian(address6.AsSpan(2)));
        }

        var address = new byte[16];
        socket.GetRawSocketOption((int)SocketOptionLevel.IP, OriginalDestination, address);
        return new IPEndPoint(new IPAddress(address.AsSpan(4, 4)), BinaryPrimitives.ReadUInt16BigEndian(address.AsSpan(2)));
    }
}
