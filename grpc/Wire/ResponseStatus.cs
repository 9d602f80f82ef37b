using System.Globalization;
using System.Net;
using Grpc.Core;

namespace Grpc.Net.Wire;

/// <summary>The status of a call from what the peer, or an HTTP proxy in between, sent.</summary>
internal static class ResponseStatus
{
    /// <summary>The status in headers or trailers.</summary>
    /// <returns>The status; null if there is none.</returns>
    public static Status? From(string? status, string? message) => status is null
        ? null
        : new Status(
            int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out int code) && code <= (int)StatusCode.Unauthenticated
                ? (StatusCode)code
                : StatusCode.Unknown,
            PercentEncoding.Decode(message ?? ""));

    /// <summary>https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md.</summary>
    public static StatusCode From(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest => StatusCode.Internal,
        HttpStatusCode.Unauthorized => StatusCode.Unauthenticated,
        HttpStatusCode.Forbidden => StatusCode.PermissionDenied,
        HttpStatusCode.NotFound => StatusCode.Unimplemented,
        HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable
            or HttpStatusCode.GatewayTimeout => StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };
}
