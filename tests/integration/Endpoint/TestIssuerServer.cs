using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Onboarding.Testing;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>An issuer's web server on loopback, over HTTPS; each path answers as the test says.</summary>
public sealed class TestIssuerServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, RequestDelegate> _paths = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly WebApplication _app;

    private TestIssuerServer(bool tls)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                if (tls)
                {
                    listen.UseHttps(Certificates.Server("localhost", "127.0.0.1"));
                }
            }));
        _app = builder.Build();
        _app.Run(http =>
        {
            _requests.Enqueue(http.Request.Path);
            return _paths.TryGetValue(http.Request.Path, out RequestDelegate? answer) ? answer(http) : NotFoundAsync(http);
        });
    }

    public TestCertificates Certificates { get; } = new("issuer CA");

    /// <summary>Base address, without a slash at its end.</summary>
    public string Url { get; private set; } = "";

    public static async Task<TestIssuerServer> StartAsync(bool tls = true)
    {
        var server = new TestIssuerServer(tls);
        await server._app.StartAsync();
        server.Url = server._app.Urls.Single();
        return server;
    }

    public int CountOf(string path) => _requests.Count(r => r == path);

    public void Answer(string path, RequestDelegate answer) => _paths[path] = answer;

    public void Answer(string path, string json) => Answer(path, http => http.Response.WriteAsync(json));

    /// <summary>From now on the path answers 503.</summary>
    public void Break(string path) => Answer(path, http =>
    {
        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return Task.CompletedTask;
    });

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Certificates.Dispose();
    }

    private static Task NotFoundAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
