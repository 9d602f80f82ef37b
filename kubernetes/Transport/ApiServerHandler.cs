using System.Net;
using Microsoft.Extensions.Logging;
using Onboarding.Kubernetes.Authentication;
using Polly;

namespace Onboarding.Kubernetes.Transport;

/// <summary>
/// The one way to an API server: every request, however it was composed, is authenticated, verified, limited in time,
/// repeated and reported here. Ours, because the KubernetesClient package doesn't check the server's name below a private CA, ignores
/// <c>as:</c> and <c>proxy-url</c>, gives up at 401 and 429, and puts tokens and bodies into its exceptions.
/// </summary>
internal sealed partial class ApiServerHandler : HttpMessageHandler
{
    private readonly Uri _server;
    private readonly IApiCredentialSource _credentials;
    private readonly ConnectionFactory _connections;
    private readonly KubernetesClientOptions _options;
    private readonly Impersonation? _impersonation;
    private readonly ResiliencePipeline<HttpResponseMessage> _once;
    private readonly ResiliencePipeline<HttpResponseMessage> _repeatable;

    /// <summary>Makes a handler; nothing is sent yet.</summary>
    /// <param name="configuration">Which server, as whom.</param>
    /// <param name="options">How to behave.</param>
    public ApiServerHandler(KubernetesClientConfiguration configuration, KubernetesClientOptions options)
    {
        _options = options;
        ILogger logger = _options.LoggerFactory.CreateLogger<ApiServerHandler>();
        _server = new Uri(configuration.Host);
        _impersonation = configuration.Impersonation;
        _credentials = ApiCredentialSource.For(configuration, _options, logger);
        _connections = new ConnectionFactory(configuration, _options.TimeProvider, problem => LogTrust(logger, problem));
        _once = RequestRetry.Build(_options, logger, repeatable: false);
        _repeatable = RequestRetry.Build(_options, logger, repeatable: true);
        if (configuration.SkipTlsVerify)
        {
            LogUnverified(logger, configuration.Host);
        }
    }

    /// <summary>
    /// Sends a request; again where that is safe. The answer is a success and is here as a whole, but for a watch, whose events
    /// are still to come.
    /// </summary>
    /// <param name="request">The request, without a credential; the handler adds it.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="KubernetesException">Refused, failed or not reached.</exception>
    /// <exception cref="KubeConfigException">There is no credential to be had.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Prepare(request);
        if (RequestKind.IsWatch(request))
        {
            return await OpenAsync(request, cancellationToken);
        }

        CheckMayWrite(request);
        ResilienceContext context = ResilienceContextPool.Shared.Get(Operation(request), cancellationToken);
        try
        {
            return await (RequestKind.IsRepeatable(request) ? _repeatable : _once).ExecuteAsync(
                static async (context, state) => await state.Handler.AttemptAsync(state.Request, context.CancellationToken),
                context,
                (Handler: this, Request: request));
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _connections.Dispose();
            _credentials.Dispose();
        }

        base.Dispose(disposing);
    }

    // Here and not where the work is: between a process's last look at its lease and its write it may have been stopped for minutes.
    private void CheckMayWrite(HttpRequestMessage request)
    {
        if (_options.MayWrite is { } mayWrite && request.Method != HttpMethod.Get && !mayWrite(request.RequestUri!.AbsolutePath))
        {
            throw new KubernetesException(
                new V1Status { Code = (int)HttpStatusCode.Forbidden, Reason = "NotLeading", Message = "This process no longer leads, and writes nothing." },
                Operation(request));
        }
    }

    private void Prepare(HttpRequestMessage request)
    {
        // A client whose address was changed after it was made would carry the credential to a server that is not configured.
        if (request.RequestUri is not { } uri || uri.Authority != _server.Authority || uri.Scheme != _server.Scheme)
        {
            throw new InvalidOperationException($"This connection is to {_server} and to no other server.");
        }

        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        request.Headers.UserAgent.Clear();
        request.Headers.UserAgent.ParseAdd(_options.UserAgent);
        request.Headers.Host = _connections.HostHeader;
        _impersonation?.AddTo(request.Headers);
    }

    /// <summary>Sends a request, if need be with a second credential, and leaves reading the answer to the caller.</summary>
    private async Task<HttpResponseMessage> OpenAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ApiCredential credential = await _credentials.GetAsync(cancellationToken);
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
            throw await RefusedAnswer.ReadAsync(Operation(request), response, _options.TimeProvider, cancellationToken);
        }
    }

    private async Task<HttpResponseMessage> AttemptAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.RequestTimeout, _options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        HttpResponseMessage? response = null;
        try
        {
            response = await OpenAsync(request, either.Token);
            await response.Content.LoadIntoBufferAsync(either.Token);
            await AnswerShape.CheckAsync(request, response, Operation(request));
            HttpResponseMessage whole = response;
            response = null;
            return whole;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreachable(request, $"no answer from {_server.Authority} within {_options.RequestTimeout.TotalSeconds:0.#} s", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Unreachable(request, $"the connection to {_server.Authority} broke", e);
        }
        finally
        {
            response?.Dispose();
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, ApiCredential credential, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = credential.Authorization;
        try
        {
            return await _connections.For(credential.Certificate).SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw Unreachable(request, $"can't reach {_server.GetLeftPart(UriPartial.Authority)}: {e.GetBaseException().Message}", e);
        }
        finally
        {
            // An exception or a log that keeps the request must not keep the token.
            request.Headers.Authorization = null;
        }
    }

    // Without the query: selectors are the caller's business.
    private static string Operation(HttpRequestMessage request) => $"{request.Method} {request.RequestUri!.AbsolutePath}";

    private static KubernetesException Unreachable(HttpRequestMessage request, string message, Exception cause) =>
        new(new V1Status { Reason = StatusReason.Unreachable, Message = message }, Operation(request), inner: cause);

    [LoggerMessage(2012, LogLevel.Warning, "{Problem}")]
    private static partial void LogTrust(ILogger logger, string problem);

    [LoggerMessage(2005, LogLevel.Warning, "The certificate of {Server} is not verified: insecure-skip-tls-verify is set. A machine in between can read every Secret. Remove it and set certificate-authority-data.")]
    private static partial void LogUnverified(ILogger logger, string server);
}
