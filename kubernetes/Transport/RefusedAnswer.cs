using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Onboarding.Kubernetes.Transport;

/// <summary>Makes an exception of an answer that isn't a success.</summary>
internal static class RefusedAnswer
{
    // Status objects are small; a proxy's error page may not be.
    private const int Limit = 256 * 1024;

    public static async Task<KubernetesException> ReadAsync(
        string operation, HttpResponseMessage response, TimeProvider time, CancellationToken cancellationToken)
    {
        V1Status status = await ReadStatusAsync(response, cancellationToken) ?? NotKubernetes(response);
        return new KubernetesException(status with { Code = (int)response.StatusCode }, operation, RetryAfter(response, time.GetUtcNow()));
    }

    /// <summary>Wait the server asks for: in seconds, as API servers say it, or until a date, as proxies before them may (RFC 9110, 10.2.3).</summary>
    private static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now) =>
        (response.Headers.RetryAfter?.Delta ?? response.Headers.RetryAfter?.Date - now) is { } wait && wait > TimeSpan.Zero ? wait : null;

    private static async Task<V1Status?> ReadStatusAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
            byte[] buffer = new byte[Limit];
            int length = await body.ReadAtLeastAsync(buffer, Limit, throwOnEndOfStream: false, cancellationToken);
            return JsonNode.Parse(buffer.AsSpan(0, length)) is JsonObject json && json.Text("kind") == "Status"
                ? V1Status.FromJson(json)
                : null;
        }
        catch (Exception e) when (e is JsonException or IOException or HttpRequestException)
        {
            return null;
        }
    }

    private static V1Status NotKubernetes(HttpResponseMessage response) => new()
    {
        Status = "Failure",
        Reason = response.StatusCode switch
        {
            HttpStatusCode.BadRequest => StatusReason.BadRequest,
            HttpStatusCode.Unauthorized => StatusReason.Unauthorized,
            HttpStatusCode.Forbidden => StatusReason.Forbidden,
            HttpStatusCode.NotFound => StatusReason.NotFound,
            HttpStatusCode.MethodNotAllowed => StatusReason.MethodNotAllowed,
            HttpStatusCode.Conflict => StatusReason.Conflict,
            HttpStatusCode.Gone => StatusReason.Expired,
            HttpStatusCode.TooManyRequests => StatusReason.TooManyRequests,
            HttpStatusCode.InternalServerError => StatusReason.InternalError,
            HttpStatusCode.ServiceUnavailable => StatusReason.ServiceUnavailable,
            HttpStatusCode.GatewayTimeout => StatusReason.Timeout,
            _ => StatusReason.Unknown,
        },
        Message = $"HTTP {(int)response.StatusCode} without a Status object; is something else than an API server answering?",
    };
}
