using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Onboarding.Kubernetes;

namespace Onboarding.Testing;

/// <summary>Is between an endpoint and the Kubernetes API and notes every request but watches and those about Leases.</summary>
public sealed class CountingProxy : IAsyncDisposable
{
    private readonly TestCertificates _certificates = new("proxy CA");
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly ConcurrentDictionary<ApiCall, bool> _calls = new();
    private readonly WebApplication _app;
    private CancellationTokenSource _watches = new();
    private volatile bool _isDown;
    private readonly HttpClient _api;

    private CountingProxy(KubernetesClientConfiguration api)
    {
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(api.CertificateAuthorities!);
        _api = new HttpClient(handler) { BaseAddress = new Uri(api.Host), Timeout = Timeout.InfiniteTimeSpan };
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(_certificates.Server("127.0.0.1"))));
        _app = builder.Build();
        _app.Run(ForwardAsync);
    }

    public string KubeconfigPath { get; private set; } = "";

    /// <summary>Everything that was asked for, watches and Leases too, each once.</summary>
    public IReadOnlyCollection<ApiCall> Calls => [.. _calls.Keys];

    /// <summary>Verb and resource of each request, in order, e.g. <c>POST workloadautoregistrations</c>.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    /// <summary>Answers a request itself with this status, if the function gives one for its verb and resource.</summary>
    public Func<string, int?> Fault { get; set; } = _ => null;

    /// <summary>Takes a request and never answers it, if the function says so for its verb and resource.</summary>
    public Func<string, bool> Hangs { get; set; } = _ => false;

    /// <summary>Hands a request on and loses its answer, if the function says so for its verb and resource.</summary>
    public Func<string, bool> Loses { get; set; } = _ => false;

    /// <summary>How long each request waits before it is handed on.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>True: the server is gone. Every request is cut off, and so is every watch from now on.</summary>
    public bool IsDown
    {
        get => _isDown;
        set
        {
            _isDown = value;
            if (value)
            {
                BreakWatches();
            }
        }
    }

    /// <summary>Ends every watch that passes through, without a word.</summary>
    public void BreakWatches() => Interlocked.Exchange(ref _watches, new CancellationTokenSource()).Cancel();

    public static async Task<CountingProxy> StartAsync(string kubeconfig, TemporaryDirectory directory)
    {
        KubernetesClientConfiguration api = KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig);
        var proxy = new CountingProxy(api) { KubeconfigPath = directory["proxy.kubeconfig"] };
        await proxy._app.StartAsync();
        string authority = directory["proxy-ca.pem"];
        await File.WriteAllTextAsync(authority, proxy._certificates.AuthorityPem);
        await File.WriteAllTextAsync(
            proxy.KubeconfigPath,
            $$$"""
            apiVersion: v1
            kind: Config
            clusters: [{name: proxy, cluster: {server: "{{{proxy._app.Urls.Single()}}}", certificate-authority: "{{{authority}}}"}}]
            users: [{name: admin, user: {token: "{{{api.AccessToken}}}"}}]
            contexts: [{name: proxy, context: {cluster: proxy, user: admin}}]
            current-context: proxy
            """);
        return proxy;
    }

    public void Reset() => _requests.Clear();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _api.Dispose();
        _certificates.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        ApiCall call = ApiCall.FromRequest(request);
        string resource = call.Resource;
        bool isWatch = call.Verb == "watch";
        _calls[call] = true;
        if (!isWatch && resource != "leases")
        {
            _requests.Enqueue($"{request.Method} {resource}");
        }

        if (IsDown)
        {
            context.Abort();
            return;
        }

        if (Delay > TimeSpan.Zero)
        {
            await Task.Delay(Delay, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (!isWatch && Fault($"{request.Method} {resource}") is { } status)
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(
                $$"""{"kind":"Status","apiVersion":"v1","status":"Failure","message":"made up","reason":"Fault","code":{{status}}}""");
            return;
        }

        if (!isWatch && Hangs($"{request.Method} {resource}"))
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        using var forwarded = new HttpRequestMessage(new HttpMethod(request.Method), $"{request.Path}{request.QueryString}");
        if (request.ContentLength > 0 || request.Headers.TransferEncoding.Count > 0)
        {
            forwarded.Content = new StreamContent(request.Body);
            forwarded.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(request.ContentType!);
        }

        forwarded.Headers.TryAddWithoutValidation("authorization", request.Headers.Authorization.ToString());
        forwarded.Headers.TryAddWithoutValidation("accept", request.Headers.Accept.ToString());
        try
        {
            using var cut = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, isWatch ? _watches.Token : default);
            await AnswerAsync(context, forwarded, cut.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or HttpRequestException)
        {
            context.Abort();
        }
    }

    private async Task AnswerAsync(HttpContext context, HttpRequestMessage forwarded, CancellationToken cut)
    {
        using HttpResponseMessage answer =
            await _api.SendAsync(forwarded, HttpCompletionOption.ResponseHeadersRead, cut);
        if (Loses($"{context.Request.Method} {ApiCall.FromRequest(context.Request).Resource}"))
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        await context.Response.StartAsync(cut);
        await using Stream body = await answer.Content.ReadAsStreamAsync(cut);
        byte[] buffer = new byte[16 * 1024];
        int read;
        while ((read = await body.ReadAsync(buffer, cut)) > 0)
        {
            // Flushed piece by piece: a watch must arrive while it is still open.
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), cut);
            await context.Response.Body.FlushAsync(cut);
        }
    }
}
