using System.Net;
using System.Net.Sockets;

namespace Onboarding.Testing;

/// <summary>
/// Passes connections to one address on to one of several, chosen when each comes: what a Service does for those outside, or a route to what
/// listens on loopback. With none to choose from it closes the connection.
/// </summary>
public sealed class TcpForwarder : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TcpListener _listener;
    private readonly Func<IEnumerable<IPEndPoint>> _targets;
    private readonly Task _work;

    private TcpForwarder(IPEndPoint address, Func<IEnumerable<IPEndPoint>> targets)
    {
        _targets = targets;
        _listener = new TcpListener(address);
        _listener.Start();
        _work = RunAsync();
    }

    /// <summary>Starts one.</summary>
    /// <param name="address">Where it listens.</param>
    /// <param name="targets">Where connections may go at this moment.</param>
    public static TcpForwarder Start(IPEndPoint address, Func<IEnumerable<IPEndPoint>> targets) => new(address, targets);

    /// <inheritdoc/>
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
                IPEndPoint[] targets = [.. _targets()];
                if (targets.Length == 0)
                {
                    return;
                }

                await server.ConnectAsync(targets[Random.Shared.Next(targets.Length)], _stop.Token);
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
