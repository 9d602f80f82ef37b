using System.Net;
using System.Net.Sockets;

namespace Onboarding.Laptop.Planes;

/// <summary>Finds a port of loopback that nothing listens on.</summary>
internal static class FreePort
{
    /// <summary>The wanted port if it is free, else another.</summary>
    public static int Near(int wanted) => TryBind(wanted) ?? TryBind(0)!.Value;

    private static int? TryBind(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
