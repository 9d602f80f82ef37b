using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Onboarding.Endpoint.Connections;
using Onboarding.Endpoint.Hosting.ProxyProtocol;

namespace Onboarding.Endpoint.Hosting.Connections;

/// <summary>
/// Listens as Kestrel does, and counts every connection from the moment it is accepted. Kestrel stops accepting for good at the first
/// failure; here a process that is out of descriptors closes unproved connections and goes on.
/// </summary>
internal sealed partial class GuardedListeners(
    IConnectionListenerFactory inner, ConnectionTable table, IReadOnlyList<IPNetwork> proxies, TimeProvider time, ILogger logger) : IConnectionListenerFactory
{
    private const int ClosedAtOnce = 64;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan SayEvery = TimeSpan.FromMinutes(1);

    private readonly ConnectionTable _table = table;
    private readonly TimeProvider _time = time;
    private readonly ILogger _logger = logger;

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new Listener(this, await inner.BindAsync(endpoint, cancellationToken));

    private void Guard(ConnectionContext connection)
    {
        IPAddress? peer = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        string? source = peer is null ? "" : ProxiedConnections.IsTrusted(peer, proxies) ? null : SourceAddress.KeyOf(peer);
        connection.Features.Set(_table.Add(source, () => connection.Abort(new ConnectionAbortedException("It is closed, so that others find room."))));
    }

    [LoggerMessage(4081, LogLevel.Error, "The endpoint could not accept a connection: {Problem}. It closed unproved connections and goes on. Raise the limit of file descriptors (LimitNOFILE of a unit, ulimit -n) if this comes again", EventName = "AcceptFailed")]
    private static partial void LogAcceptFailed(ILogger logger, string problem);

    /// <summary>One socket that listens.</summary>
    private sealed class Listener(GuardedListeners owner, IConnectionListener inner) : IConnectionListener
    {
        private long? _saidAt;

        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (true)
            {
                await owner._table.HasRoomAsync(cancellationToken);
                try
                {
                    ConnectionContext? connection = await inner.AcceptAsync(cancellationToken);
                    if (connection is not null)
                    {
                        owner.Guard(connection);
                    }

                    return connection;
                }
                catch (SocketException e) when (e.SocketErrorCode is not (SocketError.OperationAborted or SocketError.NotSocket))
                {
                    Say(e);
                    owner._table.MakeRoom(ClosedAtOnce);
                    await Task.Delay(Pause, TimeProvider.System, cancellationToken);
                }
            }
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => inner.UnbindAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();

        // A flood must not fill the log, too.
        private void Say(SocketException problem)
        {
            if (_saidAt is not { } at || owner._time.GetElapsedTime(at) >= SayEvery)
            {
                _saidAt = owner._time.GetTimestamp();
                LogAcceptFailed(owner._logger, problem.Message);
            }
        }
    }
}
