using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace Onboarding.AgentHost.Control;

/// <summary>Kestrel's transport: hands it the connections that <see cref="UnixSocketServer"/> accepted.</summary>
/// <param name="loggers">Where to log.</param>
/// <param name="mostOfUser">
/// How many one user may have at a time. Any user may connect, to be refused: one that held all connections would keep those out that may.
/// </param>
internal sealed class AcceptedSockets(ILoggerFactory loggers, int mostOfUser) : IConnectionListenerFactory, IConnectionListener
{
    private readonly Channel<Socket> _sockets = Channel.CreateUnbounded<Socket>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SocketConnectionContextFactory _connections = new(
        new SocketConnectionFactoryOptions { IOQueueCount = 1 }, loggers.CreateLogger<SocketConnectionContextFactory>());
    private readonly ConcurrentDictionary<uint, int> _ofUser = new();
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
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _sockets.Reader.WaitToReadAsync(cancellationToken) && _sockets.Reader.TryRead(out Socket? socket))
        {
            uint user = PeerCredentials.FromSocket(socket)?.UserId ?? uint.MaxValue;
            if (_ofUser.AddOrUpdate(user, 1, static (_, count) => count + 1) > mostOfUser)
            {
                Leave(user);
                socket.Dispose();
                continue;
            }

            ConnectionContext connection = _connections.Create(socket);
            connection.ConnectionClosed.UnsafeRegister(_ => Leave(user), null);
            return connection;
        }

        return null;
    }

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

    private void Leave(uint user)
    {
        if (_ofUser.AddOrUpdate(user, 0, static (_, count) => count - 1) <= 0)
        {
            _ofUser.TryRemove(new KeyValuePair<uint, int>(user, 0));
        }
    }
}
