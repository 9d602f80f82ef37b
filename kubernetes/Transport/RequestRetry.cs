using System.Net;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace Onboarding.Kubernetes.Transport;

/// <summary>
/// When a request is sent again. What may have been carried out is only repeated if carrying it out twice does no harm; a
/// conflict never is, because only the caller knows whether its decision still holds. Ours, because the package never sends again.
/// </summary>
internal static partial class RequestRetry
{
    // A server that asks for more patience than this gets its answer passed on instead.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    public static ResiliencePipeline<HttpResponseMessage> Build(KubernetesClientOptions options, ILogger logger, bool repeatable) =>
        options.MaxRetries == 0 ? ResiliencePipeline<HttpResponseMessage>.Empty :
        new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = options.TimeProvider }
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = options.MaxRetries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromMilliseconds(200),
                MaxDelay = TimeSpan.FromSeconds(5),
                ShouldHandle = args => ValueTask.FromResult(
                    args.Outcome.Exception is KubernetesException e && IsSafe(e, repeatable) && !(e.RetryAfter > LongestWait)),
                DelayGenerator = args => ValueTask.FromResult((args.Outcome.Exception as KubernetesException)?.RetryAfter),
                OnRetry = args =>
                {
                    var failure = (KubernetesException)args.Outcome.Exception!;
                    LogRetry(logger, args.Context.OperationKey ?? "", args.AttemptNumber + 1, args.RetryDelay, failure.Reason);
                    return ValueTask.CompletedTask;
                },
            })
            .Build();

    private static bool IsSafe(KubernetesException e, bool repeatable) => e.HttpStatusCode switch
    {
        // Priority and fairness turns requests away before they are looked at.
        HttpStatusCode.TooManyRequests => true,
        // So does a server that starts or stops, which then says when to come back.
        HttpStatusCode.ServiceUnavailable when e.RetryAfter is not null => true,
        HttpStatusCode.InternalServerError
            or HttpStatusCode.BadGateway
            or HttpStatusCode.ServiceUnavailable
            or HttpStatusCode.GatewayTimeout => repeatable,
        0 => !IsBadCertificate(e) && (repeatable || WasNeverSent(e)),
        _ => false,
    };

    private static bool WasNeverSent(KubernetesException e) =>
        e.InnerException is HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError
                or HttpRequestError.NameResolutionError
                or HttpRequestError.ProxyTunnelError
        };

    // It won't be another one the next time.
    private static bool IsBadCertificate(KubernetesException e) =>
        e.InnerException is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError };

    [LoggerMessage(2001, LogLevel.Debug, "{Operation}: {Reason}, attempt {Attempt} follows in {Delay}")]
    private static partial void LogRetry(ILogger logger, string operation, int attempt, TimeSpan delay, string reason);
}
