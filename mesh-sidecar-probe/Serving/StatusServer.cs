using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Onboarding.SidecarProbe.Serving;

/// <summary>
/// <c>GET /healthz/ready</c> on loopback, plain HTTP like a sidecar's: 200 when ready, 503 otherwise; and <c>GET /certs</c>, as
/// Envoy's admin port answers it, with the certificate's expiry.
/// </summary>
internal sealed class StatusServer : IAsyncDisposable
{
    private const string Path = "/healthz/ready";
    private const string Certificates = "/certs";

    private readonly WebApplication _application;
    private volatile bool _ready;
    private Func<DateTimeOffset>? _expires;

    private StatusServer(int port)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Logging.ClearProviders();

        // Who stops this process is the probe itself: the host's own handling of signals would stop the server before the drain.
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        _application = builder.Build();
        _application.Run(AnswerAsync);
    }

    public int Port { get; private set; }

    /// <summary>What is answered.</summary>
    public bool Ready
    {
        get => _ready;
        set => _ready = value;
    }

    /// <summary>When the certificate expires; null while there is none.</summary>
    public Func<DateTimeOffset>? Expires
    {
        get => Volatile.Read(ref _expires);
        set => Volatile.Write(ref _expires, value);
    }

    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<StatusServer> StartAsync(int port, CancellationToken cancellation)
    {
        var server = new StatusServer(port);
        await server._application.StartAsync(cancellation);
        server.Port = new Uri(server._application.Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    private Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == Certificates && Expires is { } expires)
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(
                $$"""{"certificates":[{"cert_chain":[{"expiration_time":"{{expires().UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}}"}]}]}""");
        }

        context.Response.StatusCode = context.Request.Path != Path ? StatusCodes.Status404NotFound
            : _ready ? StatusCodes.Status200OK
            : StatusCodes.Status503ServiceUnavailable;
        return Task.CompletedTask;
    }
}

/// <summary>A host that leaves signals to others.</summary>
internal sealed class NoSignals : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
