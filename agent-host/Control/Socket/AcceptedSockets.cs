using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace Onboarding.AgentHost.Control;

/// <summary>Kestrel's transport: hands it the connections that <see cref="UnixSocketServer"/> accepted.</summary>
internal sealed class AcceptedSockets(ILoggerFactory loggers) : IConnectionListenerFactory, IConnectionListener
{
    private readonly Channel<Socket> _sockets = Channel.CreateUnbounded<Socket>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SocketConnectionContextFactory _connections = new(
        new SocketConnectionFactoryOptions { IOQueueCount = 1 }, loggers.CreateLogger<SocketConnectionContextFactory>());
    private EndPoint? _endpoint;

    public EndPoint EndPoint => _endpoint!;

    public void Add(Socket socket)
    {
        if (!_sockets.Writer.TryWrite(socket))
        {
            socket.Dispose();
        }
    }

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        _endpoint = endpoint;
        return ValueTask.FromResult<IConnectionListener>(this);
    }

    /// <returns>Null when there will be no more.</returns>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
        await _sockets.Reader.WaitToReadAsync(cancellationToken) && _sockets.Reader.TryRead(out Socket? socket)
            ? _connections.Create(socket)
            : null;

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _sockets.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        while (_sockets.Reader.TryRead(out Socket? socket))
        {
            socket.Dispose();
        }

        _connections.Dispose();
        return ValueTask.CompletedTask;
    }
}
