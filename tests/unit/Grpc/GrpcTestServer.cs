using Grpc.AspNetCore.Server;
using Grpc.HealthCheck;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Onboarding.Testing;

namespace Onboarding.Tests.Unit.GrpcTests;

/// <summary>A server on loopback with TLS whose four methods a test supplies, and a client of it.</summary>
internal sealed class GrpcTestServer : IAsyncDisposable
{
    private readonly List<GrpcChannel> _channels = [];
    private readonly TestCertificates _certificates = new();
    private readonly WebApplication _application;

    private GrpcTestServer(TestMethods methods, Action<GrpcServiceOptions>? options, TimeProvider? time, Action<WebApplication>? routes)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(Log);
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.ListenLocalhostWithTls(_certificates));
        if (time is not null)
        {
            builder.Services.AddSingleton(time);
        }

        builder.Services.AddSingleton(Health);
        builder.Services.AddGrpc(o => options?.Invoke(o));
        _application = builder.Build();
        _application.MapGrpcService(methods.Bind());
        _application.MapGrpcService<HealthServiceImpl>();
        routes?.Invoke(_application);
    }

    public TestLog Log { get; } = new();

    public HealthServiceImpl Health { get; } = new();

    public Uri Address { get; private set; } = null!;

    public static async Task<GrpcTestServer> StartAsync(
        TestMethods methods,
        Action<GrpcServiceOptions>? options = null,
        TimeProvider? time = null,
        Action<WebApplication>? routes = null)
    {
        var server = new GrpcTestServer(methods, options, time, routes);
        await server._application.StartAsync();
        server.Address = new Uri(server._application.Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return server;
    }

    public TestClient Client(Action<GrpcChannelOptions>? options = null) => new(Channel(options));

    public GrpcChannel Channel(Action<GrpcChannelOptions>? options = null)
    {
        var channelOptions = new GrpcChannelOptions { HttpHandler = Handler(), DisposeHttpClient = true, LoggerFactory = Log };
        options?.Invoke(channelOptions);
        GrpcChannel channel = GrpcChannel.ForAddress(Address, channelOptions);
        _channels.Add(channel);
        return channel;
    }

    /// <summary>A handler that trusts the test's certificate authority.</summary>
    public SocketsHttpHandler Handler() => TestTls.Trusting(_certificates);

    public Task StopAsync() => _application.StopAsync(new CancellationToken(canceled: true));

    public async ValueTask DisposeAsync()
    {
        _channels.ForEach(c => c.Dispose());
        await _application.DisposeAsync();
        _certificates.Dispose();
        Log.Dispose();
    }
}
