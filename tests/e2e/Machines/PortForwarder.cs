using System.Net;
using System.Net.Sockets;

namespace Onboarding.Tests.E2E.Machines;

/// <summary>Passes connections to one address on to a port of loopback, where the laptop plane's istiod listens and no machine reaches it.</summary>
internal sealed class PortForwarder : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TcpListener _listener;
    private readonly int _port;
    private readonly Task _work;

    private PortForwarder(IPAddress address, int port)
    {
        _port = port;
        _listener = new TcpListener(address, port);
        _listener.Start();
        _work = RunAsync();
    }

    /// <summary>Passes on from the same port of that address.</summary>
    public static PortForwarder Start(IPAddress address, int port) => new(address, port);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
            _ = PassAsync(client);
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using (client)
        {
            using var server = new TcpClient();
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _port, _stop.Token);
                Task there = client.GetStream().CopyToAsync(server.GetStream(), _stop.Token);
                Task here = server.GetStream().CopyToAsync(client.GetStream(), _stop.Token);
                await await Task.WhenAny(there, here);
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // One of the two has gone.
            }
        }
    }
}
