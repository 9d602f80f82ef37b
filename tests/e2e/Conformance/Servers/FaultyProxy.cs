using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Onboarding.Kubernetes;
using Onboarding.Testing;

namespace Onboarding.Tests.E2E.Conformance.Servers;

/// <summary>Is between a client and an API server, passes everything on, and breaks what it is told to break.</summary>
internal sealed class FaultyProxy : IAsyncDisposable
{
    private readonly TestCertificates _certificates = new("faulty proxy");
    private readonly ConcurrentDictionary<PassedWatch, bool> _watches = new();
    private readonly HttpClient _server;
    private readonly string _token;
    private readonly WebApplication _app;
    private int _refusals;
    private int _code;

    private FaultyProxy(KubernetesClientConfiguration server)
    {
        var handler = new SocketsHttpHandler { UseProxy = false, EnableMultipleHttp2Connections = true };
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(server.CertificateAuthorities!);
        _server = new HttpClient(handler) { BaseAddress = new Uri(server.Host), Timeout = Timeout.InfiniteTimeSpan };
        _token = server.AccessToken!;
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(_certificates.Server("127.0.0.1"))));
        _app = builder.Build();
        _app.Run(HandleAsync);
    }

    /// <summary>How a client reaches the server through the proxy.</summary>
    public KubernetesClientConfiguration Access => new()
    {
        Host = _app.Urls.Single(),
        CertificateAuthorities = [_certificates.Authority],
        AccessToken = _token,
    };

    /// <summary>Watches that pass through just now.</summary>
    public int Watches => _watches.Keys.Count(w => !w.IsBroken);

    /// <summary>Requests that were refused so far.</summary>
    public int Refused { get; private set; }

    public static async Task<FaultyProxy> StartAsync(KubernetesClientConfiguration server)
    {
        var proxy = new FaultyProxy(server);
        await proxy._app.StartAsync();
        return proxy;
    }

    /// <summary>Breaks every watch that passes through.</summary>
    public void Break(Fault fault)
    {
        foreach (PassedWatch watch in _watches.Keys)
        {
            watch.Break(fault);
        }
    }

    /// <summary>Answers the next requests with a status, and resets the watches so that there are some.</summary>
    public void Refuse(int code, int times)
    {
        _code = code;
        Interlocked.Exchange(ref _refusals, times);
        Break(Fault.Reset);
    }

    public async ValueTask DisposeAsync()
    {
        Break(Fault.Reset);
        await _app.DisposeAsync();
        _server.Dispose();
        _certificates.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (Interlocked.Decrement(ref _refusals) >= 0)
        {
            Refused++;
            await RefuseAsync(context.Response);
            return;
        }

        HttpRequest request = context.Request;
        using var forwarded = new HttpRequestMessage(new HttpMethod(request.Method), $"{request.Path}{request.QueryString}")
        {
            Version = HttpVersion.Version20,
        };
        forwarded.Headers.TryAddWithoutValidation("authorization", request.Headers.Authorization.ToString());
        try
        {
            using HttpResponseMessage answer =
                await _server.SendAsync(forwarded, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
            context.Response.StatusCode = (int)answer.StatusCode;
            context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
            await using Stream body = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
            await PassAsync(context, body);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or HttpRequestException)
        {
            context.Abort();
        }
    }

    private async Task PassAsync(HttpContext context, Stream body)
    {
        if (context.Request.Query["watch"] != "true")
        {
            await body.CopyToAsync(context.Response.Body, context.RequestAborted);
            return;
        }

        context.Features.Get<IHttpResponseBodyFeature>()!.DisableBuffering();
        using var watch = new PassedWatch(context, body);
        _watches[watch] = true;
        try
        {
            await watch.PassAsync();
        }
        finally
        {
            _watches.TryRemove(watch, out _);
        }
    }

    private Task RefuseAsync(HttpResponse response)
    {
        response.StatusCode = _code;
        response.ContentType = "application/json";
        return response.WriteAsync(new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["status"] = "Failure",
            ["reason"] = _code == 410 ? "Expired" : "Fault",
            ["code"] = _code,
        }.ToJsonString());
    }
}
