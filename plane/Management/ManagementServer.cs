using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Onboarding.Plane.Hosting;
using Onboarding.Plane.Telemetry;

namespace Onboarding.Plane.Management;

/// <summary>Answers kubelet and Prometheus over plain HTTP: no other paths, and nothing in it that a stranger mustn't know.</summary>
internal sealed class ManagementServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ManagementServer(WebApplication app) => _app = app;

    /// <summary>Where it listens.</summary>
    public int Port => new Uri(_app.Urls.First()).Port;

    /// <summary>Starts it.</summary>
    /// <param name="options">Where, and what it is called on the command line.</param>
    /// <param name="notReadyBecause">Why the program isn't ready; null if it is.</param>
    /// <param name="telemetry">What <c>/metrics</c> shows; null: there is no such path.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="StartException">It can't listen there.</exception>
    public static async Task<ManagementServer> StartAsync(
        ManagementOptions options, Func<string?> notReadyBecause, TelemetryExport? telemetry, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = options.Program });
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddRouting();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = 100;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Listen(options.Listen);
        });
        WebApplication app = builder.Build();
        app.UseRouting();
        app.MapGet("/healthz", static (HttpContext http) => http.Response.WriteAsync("ok\n"));
        app.MapGet("/readyz", (HttpContext http) =>
        {
            string? reason = notReadyBecause();
            http.Response.StatusCode = reason is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            return http.Response.WriteAsync((reason ?? "ok") + "\n");
        });
        if (telemetry?.Metrics is { } metrics)
        {
            app.UseOpenTelemetryPrometheusScrapingEndpoint(
                metrics, context => context.Request.Path == "/metrics", path: null, configureBranchedPipeline: null, optionsName: null);
        }

        try
        {
            await app.StartAsync(cancellationToken);
            return new ManagementServer(app);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            await app.DisposeAsync();
            throw new StartException(
                $"Can't listen on {options.Listen}: {e.Message} Choose another {options.PortOption}, or see what has it with: ss -ltnp 'sport = :{options.Listen.Port}'", e);
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

/// <summary>Where a management server listens.</summary>
/// <param name="Program">The program's name.</param>
/// <param name="Listen">Address and port; port 0 for any.</param>
/// <param name="PortOption">The option that names the port, for the message if it is taken.</param>
internal sealed record ManagementOptions(string Program, IPEndPoint Listen, string PortOption);
