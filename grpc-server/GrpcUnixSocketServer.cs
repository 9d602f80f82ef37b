using System.Net.Sockets;
using Grpc.AspNetCore.Server.Internal;
using Grpc.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.Server;

/// <summary>
/// One gRPC service on one Unix socket: Kestrel without a host, a container or routing, for a process that is to stay small.
/// (Not grpc-dotnet's.)
/// </summary>
public sealed class GrpcUnixSocketServer : IAsyncDisposable
{
    private readonly KestrelServer _server;

    private GrpcUnixSocketServer(KestrelServer server) => _server = server;

    /// <summary>Starts it.</summary>
    /// <param name="path">The socket; there must be nothing yet.</param>
    /// <param name="service">The generated <c>BindService</c> applied to the service.</param>
    /// <param name="authorize">Decides by the peer's credentials on each call; <see cref="Status.DefaultSuccess"/> lets it in.</param>
    /// <param name="prepare">Told of the path when the socket is bound and nobody can connect yet: the time to set its owner and mode.</param>
    /// <param name="loggers">Where to log.</param>
    /// <param name="cancellationToken">Ends the starting.</param>
    /// <exception cref="IOException">The socket can't be bound.</exception>
    public static async Task<GrpcUnixSocketServer> StartAsync(
        string path,
        ServerServiceDefinition service,
        Func<PeerCredentials?, Status> authorize,
        Action<string> prepare,
        ILoggerFactory loggers,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(service);
        var runner = new CallRunner(
            Options.Create(new GrpcServiceOptions { MaxReceiveMessageSize = 64 * 1024 }), TimeProvider.System, loggers.CreateLogger<CallRunner>());
        var methods = new MethodTable(runner);
        service.BindService(methods);
        var transport = new SocketTransportOptions
        {
            IOQueueCount = 1,
            CreateBoundListenSocket = endpoint =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                socket.Bind(endpoint);
                // Before listen(2): until then every connect is refused.
                prepare(path);
                return socket;
            },
        };
        var server = new KestrelServer(
            Options.Create(Limits(path)), new SocketTransportFactory(Options.Create(transport), loggers), loggers);
        await server.StartAsync(new SocketApplication(methods, runner, authorize), cancellationToken);
        return new GrpcUnixSocketServer(server);
    }

    /// <summary>Ends all calls and stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _server.StopAsync(now.Token);
        _server.Dispose();
    }

    private static KestrelServerOptions Limits(string path)
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        // For people and their tools on one machine, not for load: whoever floods it must not grow the process.
        options.Limits.MaxConcurrentConnections = 32;
        options.Limits.Http2.MaxStreamsPerConnection = 16;
        options.Limits.Http2.InitialConnectionWindowSize = 128 * 1024;
        options.Limits.Http2.InitialStreamWindowSize = 96 * 1024;
        options.ListenUnixSocket(path, listen => listen.Protocols = HttpProtocols.Http2);
        return options;
    }
}
