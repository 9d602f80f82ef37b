using System.Net;
using System.Net.Sockets;
using Onboarding.Testing;

namespace Onboarding.Tests.Install.Kubelet;

/// <summary>What a Service is to those outside: connections to one port go to a ready pod.</summary>
internal sealed class ServiceForwarder : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TcpListener _listener;
    private readonly Func<IEnumerable<IPEndPoint>> _ready;
    private readonly Task _work;

    private ServiceForwarder(Func<IEnumerable<IPEndPoint>> ready)
    {
        _ready = ready;
        Port = TestPorts.Next();
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        _work = RunAsync();
    }

    public int Port { get; }

    public static ServiceForwarder Start(Func<IEnumerable<IPEndPoint>> ready) => new(ready);

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
                IPEndPoint[] ready = [.. _ready()];
                if (ready.Length == 0)
                {
                    return;
                }

                await server.ConnectAsync(ready[Random.Shared.Next(ready.Length)], _stop.Token);
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
