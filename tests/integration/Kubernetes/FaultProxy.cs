using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Onboarding.Tests.Integration.KubernetesTests;

/// <summary>A TCP proxy between client and server that breaks connections in the ways networks do.</summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<ProxiedConnection> _connections = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly int _port;
    private readonly Task _accepting;

    public FaultProxy(string server)
    {
        _port = new Uri(server).Port;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>True to reset every new connection.</summary>
    public bool Refuses { get; set; }

    /// <summary>Bytes of the server's answer that the next connection lets through before it ends; null for all.</summary>
    public int? CutAfter { get; set; }

    public int Accepted => _connections.Count;

    public void Reset() => ForAll(c => c.Reset());

    public void Close() => ForAll(c => c.Close());

    /// <summary>Connections stay, and nothing comes through them any more.</summary>
    public void Stall() => ForAll(c => c.Stalled = true);

    /// <summary>Connections end after so many more bytes of the server's.</summary>
    public void Truncate(int bytes) => ForAll(c => c.Left = bytes);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        Close();
        await _accepting;
        _stop.Dispose();
    }

    private void ForAll(Action<ProxiedConnection> action)
    {
        foreach (ProxiedConnection connection in _connections)
        {
            action(connection);
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptSocketAsync(_stop.Token);
                var connection = new ProxiedConnection(client) { Left = CutAfter };
                CutAfter = null;
                _connections.Add(connection);
                if (Refuses)
                {
                    connection.Reset();
                }
                else
                {
                    _ = connection.RunAsync(_port);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed of.
        }
    }
}
