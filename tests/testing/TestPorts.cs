using System.Net;
using System.Net.Sockets;

namespace Onboarding.Testing;

/// <summary>
/// Ports of loopback for programs that have to be told theirs before they listen, or that listen again on the same one. They are below those
/// that systems give to connections: one of these could be taken by anybody's connection in the meantime.
/// </summary>
public static class TestPorts
{
    private const int First = 20_000;
    private const int Count = 12_000;
    private static int _next = Random.Shared.Next(Count);

    /// <summary>A port that nothing listens on, and that this process gives to no one else.</summary>
    public static int Next()
    {
        while (true)
        {
            int port = First + (int)((uint)Interlocked.Increment(ref _next) % Count);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }
    }
}
