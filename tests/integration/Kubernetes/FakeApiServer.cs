using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Onboarding.Kubernetes;

namespace Onboarding.Tests.Integration.KubernetesTests;

/// <summary>A real HTTP server on loopback that answers request after request as scripted; the last answer repeats.</summary>
internal sealed class FakeApiServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<RecordedRequest> _requests = new();
    private readonly Queue<Answer> _answers;
    private int _connections;
    private readonly WebApplication _application;

    private FakeApiServer(IEnumerable<Answer> answers, X509Certificate2? certificate)
    {
        _answers = new Queue<Answer>(answers);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Use(next => async connection =>
            {
                Interlocked.Increment(ref _connections);
                try
                {
                    await next(connection);
                }
                finally
                {
                    Interlocked.Decrement(ref _connections);
                }
            });
            if (certificate is not null)
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(certificate, https =>
                {
                    https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                    https.ClientCertificateValidation = (_, _, _) => true;
                });
            }
        }));
        _application = builder.Build();
        _application.Run(HandleAsync);
    }

    public string Address => _application.Urls.First();

    public string Port => new Uri(Address).Port.ToString();

    /// <summary>Connections that are open.</summary>
    public int Connections => Volatile.Read(ref _connections);

    public IReadOnlyList<RecordedRequest> Requests => [.. _requests];

    public static async Task<FakeApiServer> StartAsync(params Answer[] answers) => await StartAsync(null, answers);

    public static async Task<FakeApiServer> StartAsync(X509Certificate2? certificate, params Answer[] answers)
    {
        var server = new FakeApiServer(answers, certificate);
        await server._application.StartAsync();
        return server;
    }

    public KubernetesClient Client(KubernetesClientOptions? options = null) =>
        new(new KubernetesClientConfiguration { Host = Address }, options ?? new KubernetesClientOptions { TimeProvider = new ImpatientClock() });

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        using var body = new StreamReader(request.Body);
        string text = await body.ReadToEndAsync();
        context.Items["body"] = text;
        _requests.Enqueue(new RecordedRequest(
            request.Method,
            request.Path,
            request.Query.ToDictionary(q => q.Key, q => q.Value.ToString()),
            request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            request.ContentType,
            text,
            context.Connection.ClientCertificate?.Subject));
        Answer answer;
        lock (_answers)
        {
            answer = _answers.Count > 1 ? _answers.Dequeue() : _answers.Peek();
        }

        await answer(context);
    }
}
