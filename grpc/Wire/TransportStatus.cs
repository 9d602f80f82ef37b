using Grpc.Core;

namespace Grpc.Net.Wire;

/// <summary>The status of a call whose transport failed.</summary>
internal static class TransportStatus
{
    public static Status From(Exception exception) => exception switch
    {
        RpcException e => e.Status,
        OperationCanceledException => new Status(StatusCode.Cancelled, "The call was cancelled.", exception),
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } =>
            new Status(StatusCode.ResourceExhausted, "The response headers are larger than allowed.", exception),
        HttpRequestException or IOException => new Status(Code(exception), Describe(exception), exception),
        _ => new Status(StatusCode.Internal, $"The call failed: {exception.Message}", exception),
    };

    private static StatusCode Code(Exception exception)
    {
        for (Exception? e = exception; e is not null; e = e.InnerException)
        {
            if (e is HttpProtocolException protocol)
            {
                return Code(protocol.ErrorCode);
            }
        }

        return StatusCode.Unavailable;
    }

    /// <summary>
    /// The table "Errors" of PROTOCOL-HTTP2.md, but for NO_ERROR: .NET reports with it also a connection that its peer
    /// shut down in good order, after which calling again is right.
    /// </summary>
    private static StatusCode Code(long http2ErrorCode) => http2ErrorCode switch
    {
        0x0 or 0x7 => StatusCode.Unavailable,
        0x8 => StatusCode.Cancelled,
        0xB => StatusCode.ResourceExhausted,
        0xC => StatusCode.PermissionDenied,
        _ => StatusCode.Internal,
    };

    private static string Describe(Exception exception)
    {
        // The outer message is often only "An error occurred while sending the request"; the inner ones say why.
        var messages = new List<string>();
        for (Exception? e = exception; e is not null; e = e.InnerException)
        {
            if (!messages.Contains(e.Message))
            {
                messages.Add(e.Message);
            }
        }

        return $"The connection failed: {string.Join(' ', messages)}";
    }
}
