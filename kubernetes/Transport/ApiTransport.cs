using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Onboarding.Kubernetes.Authentication;
using Polly;

namespace Onboarding.Kubernetes.Transport;

/// <summary>Sends requests: with a credential, within a time limit, again where that is safe; and makes exceptions of refusals.</summary>
internal sealed partial class ApiTransport : IDisposable
{
    private readonly string _server;
    private readonly ICredentialSource _credentials;
    private readonly ConnectionFactory _connections;
    private readonly KubernetesClientOptions _options;
    private readonly Impersonation? _impersonation;
    private readonly ResiliencePipeline _once;
    private readonly ResiliencePipeline _repeatable;

    public ApiTransport(KubernetesClientConfiguration configuration, KubernetesClientOptions options, ILogger logger)
    {
        _options = options;
        _server = configuration.Host.TrimEnd('/');
        _impersonation = configuration.Impersonation;
        _credentials = CredentialSource.For(configuration, options, logger);
        _connections = new ConnectionFactory(configuration, options.TimeProvider);
        _once = RetryPolicy.Build(options, logger, repeatable: false);
        _repeatable = RetryPolicy.Build(options, logger, repeatable: true);
        if (configuration.SkipTlsVerify)
        {
            LogUnverified(logger, _server);
        }
    }

    /// <summary>Sends a request and reads the answer; again where that is safe.</summary>
    /// <exception cref="KubernetesException">Refused, failed or not reached.</exception>
    public async Task<JsonObject> SendAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(request.Operation, cancellationToken);
        try
        {
            return await (request.Repeatable ? _repeatable : _once).ExecuteAsync(
                static async (context, state) => await state.Transport.AttemptAsync(state.Request, context.CancellationToken),
                context,
                (Transport: this, Request: request));
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>Sends a request once, and leaves reading the answer to the caller.</summary>
    /// <exception cref="KubernetesException">Refused, failed or not reached.</exception>
    public async Task<HttpResponseMessage> OpenAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        Credential credential = await _credentials.GetAsync(cancellationToken);
        HttpResponseMessage response = await SendOnceAsync(request, credential, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Unauthorized && _credentials.Discard(credential))
        {
            // A 401 comes before anything is carried out, so asking again with a renewed credential is always safe.
            response.Dispose();
            credential = await _credentials.GetAsync(cancellationToken);
            response = await SendOnceAsync(request, credential, cancellationToken);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await Refusal.ReadAsync(request.Operation, response, _options.TimeProvider, cancellationToken);
        }
    }

    public void Dispose()
    {
        _connections.Dispose();
        _credentials.Dispose();
    }

    private async Task<JsonObject> AttemptAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.RequestTimeout, _options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            using HttpResponseMessage response = await OpenAsync(request, either.Token);
            await using Stream body = await response.Content.ReadAsStreamAsync(either.Token);
            return await JsonNode.ParseAsync(body, cancellationToken: either.Token) as JsonObject
                ?? throw new JsonException("not an object");
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreachable(request, $"no answer from {_server} within {_options.RequestTimeout.TotalSeconds:0.#} s", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Unreachable(request, $"the connection to {_server} broke", e);
        }
        catch (JsonException e)
        {
            // The parser quotes what it stumbled over, which may be the content of a Secret: its exception isn't passed on.
            string where = $"line {e.LineNumber}, byte {e.BytePositionInLine}";
            var status = new V1Status { Reason = StatusReason.MalformedAnswer, Message = $"the answer of {_server} isn't whole JSON ({where})" };
            throw new KubernetesException(status, request.Operation);
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(ApiRequest request, Credential credential, CancellationToken cancellationToken)
    {
        using HttpRequestMessage message = request.ToMessage(_server);
        message.Version = HttpVersion.Version20;
        message.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        message.Headers.UserAgent.ParseAdd(_options.UserAgent);
        message.Headers.Authorization = credential.Authorization;
        message.Headers.Host = _connections.HostHeader;
        _impersonation?.AddTo(message.Headers);
        try
        {
            return await _connections.For(credential.Certificate).SendAsync(message, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw Unreachable(request, $"can't reach {_server}: {Innermost(e)}", e);
        }
    }

    private static KubernetesException Unreachable(ApiRequest request, string message, Exception cause) =>
        new(new V1Status { Reason = StatusReason.Unreachable, Message = message }, request.Operation, inner: cause);

    private static string Innermost(Exception e) => e.GetBaseException().Message;

    [LoggerMessage(2005, LogLevel.Warning, "The certificate of {Server} is not verified: insecure-skip-tls-verify is set. Whoever sits in between can read every Secret. Remove it and set certificate-authority-data.")]
    private static partial void LogUnverified(ILogger logger, string server);
}
