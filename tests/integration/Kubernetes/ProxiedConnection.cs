using System.Net;
using System.Net.Sockets;

namespace Onboarding.Tests.Integration.KubernetesTests;

/// <summary>One connection through a <see cref="FaultProxy"/>.</summary>
internal sealed class ProxiedConnection(Socket client)
{
    private readonly Socket _server = new(SocketType.Stream, ProtocolType.Tcp);

    public bool Stalled { get; set; }

    public int? Left { get; set; }

    public async Task RunAsync(int port)
    {
        try
        {
            await _server.ConnectAsync(IPAddress.Loopback, port);
            await Task.WhenAny(CopyAsync(client, _server, isAnswer: false), CopyAsync(_server, client, isAnswer: true));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Broken, as it should be.
        }
        finally
        {
            Close();
        }
    }

    public void Reset()
    {
        try
        {
            client.LingerState = new LingerOption(true, 0); // closing sends RST
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Gone already.
        }

        Close();
    }

    public void Close()
    {
        client.Dispose();
        _server.Dispose();
    }

    private async Task CopyAsync(Socket from, Socket to, bool isAnswer)
    {
        byte[] buffer = new byte[16 * 1024];
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer)) > 0)
            {
                if (Stalled)
                {
                    continue;
                }

                int count = isAnswer && Left is { } left ? Math.Min(left, read) : read;
                await to.SendAsync(buffer.AsMemory(0, count));
                if (isAnswer && Left is not null && (Left -= count) <= 0)
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Broken, as it should be.
        }
    }
}
