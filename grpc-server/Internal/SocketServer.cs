using System.Net.Sockets;
using Grpc.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>The part of <see cref="GrpcUnixSocketServer"/> that needs Kestrel: apart, so that nothing of it is loaded before somebody connects.</summary>
internal sealed class SocketServer : IAsyncDisposable
{
    private readonly KestrelServer _kestrel;
    private readonly AcceptedSockets _sockets;

    private SocketServer(KestrelServer kestrel, AcceptedSockets sockets) => (_kestrel, _sockets) = (kestrel, sockets);

    public static async Task<SocketServer> StartAsync(
        string path,
        ServerServiceDefinition service,
        Func<PeerCredentials?, Status> authorize,
        ILoggerFactory loggers,
        CancellationToken cancellationToken)
    {
        var runner = new CallRunner(
            Options.Create(new GrpcServiceOptions { MaxReceiveMessageSize = 64 * 1024 }), TimeProvider.System, loggers.CreateLogger<CallRunner>());
        var methods = new MethodTable(runner);
        service.BindService(methods);
        var sockets = new AcceptedSockets(loggers);
        var kestrel = new KestrelServer(Options.Create(Limits(path)), sockets, loggers);
        await kestrel.StartAsync(new SocketApplication(methods, runner, authorize), cancellationToken);
        return new SocketServer(kestrel, sockets);
    }

    /// <summary>Serves a connection that was accepted; it is this server's from now on.</summary>
    public void Take(Socket peer) => _sockets.Add(peer);

    /// <summary>Ends all calls.</summary>
    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _kestrel.StopAsync(now.Token);
        _kestrel.Dispose();
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
