using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Onboarding.Plane.Hosting;

namespace Onboarding.Operator.Hosting;

/// <summary>Answers what kubelet asks: plain HTTP, no other paths, and nothing in it that a stranger mustn't know.</summary>
internal sealed class HealthServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private HealthServer(WebApplication app) => _app = app;

    /// <summary>Where it listens.</summary>
    public int Port => new Uri(_app.Urls.First()).Port;

    /// <summary>Starts it.</summary>
    /// <param name="listen">Address and port; port 0 for any.</param>
    /// <param name="notReadyBecause">Why the operator isn't ready; null if it is.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="StartException">It can't listen there.</exception>
    public static async Task<HealthServer> StartAsync(
        IPEndPoint listen, Func<string?> notReadyBecause, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "onboarding-operator" });
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddRouting();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = 100;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Listen(listen);
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
        try
        {
            await app.StartAsync(cancellationToken);
            return new HealthServer(app);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            await app.DisposeAsync();
            throw new StartException(
                $"Can't listen on {listen}: {e.Message} Choose another --health-port, or see what has it with: ss -ltnp 'sport = :{listen.Port}'", e);
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
