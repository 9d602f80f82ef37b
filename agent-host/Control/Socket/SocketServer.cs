using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Onboarding.AgentHost.Control;

/// <summary>
/// The part of <see cref="UnixSocketServer"/> that needs Kestrel and gRPC's server: apart, so that neither is loaded before a peer connects.
/// </summary>
internal sealed class SocketServer : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly KestrelServer _kestrel;
    private readonly AcceptedSockets _sockets;

    private SocketServer(ServiceProvider services, KestrelServer kestrel, AcceptedSockets sockets) =>
        (_services, _kestrel, _sockets) = (services, kestrel, sockets);

    public static async Task<SocketServer> StartAsync(
        string path,
        SocketOffer offer,
        CancellationToken cancellationToken)
    {
        // They log nothing: what they have to say of a call, a broken frame or a caller that hung up, tells nothing about the agent, and they
        // say it with a stack trace. The service logs its own faults.
        ILoggerFactory loggers = NullLoggerFactory.Instance;
        var collection = new ServiceCollection();
        collection.AddLogging().AddSingleton(loggers);
        collection.AddGrpc(grpc => grpc.MaxReceiveMessageSize = offer.Limits.LargestMessage);
        ServiceProvider services = collection.BuildServiceProvider();
        var sockets = new AcceptedSockets(loggers, offer.Limits.ConnectionsOfUser);
        var kestrel = new KestrelServer(Options.Create(Limits(path, offer.Limits)), sockets, loggers);
        try
        {
            await kestrel.StartAsync(new SocketApplication(GrpcMethods.CreateHandlers(offer.Services, services), services, offer.Authorize), cancellationToken);
            return new SocketServer(services, kestrel, sockets);
        }
        catch
        {
            kestrel.Dispose();
            await services.DisposeAsync();
            throw;
        }
    }

    /// <summary>Serves a connection that was accepted, and owns it from now on.</summary>
    public void Take(Socket peer) => _sockets.Add(peer);

    /// <summary>Ends all calls.</summary>
    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _kestrel.StopAsync(now.Token);
        _kestrel.Dispose();
        await _services.DisposeAsync();
    }

    private static KestrelServerOptions Limits(string path, SocketLimits limits)
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        // For one machine, not for load.
        options.Limits.MaxConcurrentConnections = limits.Connections;
        options.Limits.Http2.MaxStreamsPerConnection = 16;
        options.Limits.Http2.InitialConnectionWindowSize = 128 * 1024;
        options.Limits.Http2.InitialStreamWindowSize = 96 * 1024;
        options.ListenUnixSocket(path, listen => listen.Protocols = HttpProtocols.Http2);
        return options;
    }
}
