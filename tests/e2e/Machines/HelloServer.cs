using System.Net;
using System.Net.Sockets;

namespace Onboarding.Tests.E2E.Machines;

/// <summary>Something outside of the mesh that programs of a machine connect to: it says hello, and that is all.</summary>
internal sealed class HelloServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TcpListener _listener;
    private readonly Task _work;

    private HelloServer(IPAddress address)
    {
        _listener = new TcpListener(address, 0);
        _listener.Start();
        _work = RunAsync();
    }

    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndpoint;

    public static HelloServer Start(IPAddress address) => new(address);

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
            using Socket client = await _listener.AcceptSocketAsync(_stop.Token);
            await client.SendAsync("hello\n"u8.ToArray(), _stop.Token);
        }
    }
}
