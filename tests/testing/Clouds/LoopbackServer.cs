using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Onboarding.Testing.Clouds;

/// <summary>A web server on loopback that answers by one function; with a certificate it speaks TLS.</summary>
public sealed class LoopbackServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly WebApplication _app;

    private LoopbackServer(X509Certificate2? certificate, RequestDelegate answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        _app = builder.Build();
        _app.Run(async http =>
        {
            _requests.Enqueue($"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}");
            await answer(http);
        });
    }

    public int Port => new Uri(_app.Urls.Single()).Port;

    public Uri Url => new(_app.Urls.Single() + "/");

    /// <summary>Method and path of every request so far.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    public static async Task<LoopbackServer> StartAsync(RequestDelegate answer, X509Certificate2? certificate = null)
    {
        var server = new LoopbackServer(certificate, answer);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>Answers with a status and nothing else.</summary>
    public static Task StatusAsync(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    /// <summary>Answers with text.</summary>
    public static Task TextAsync(HttpContext http, string text, string contentType = "text/plain")
    {
        http.Response.ContentType = contentType;
        return http.Response.WriteAsync(text);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
