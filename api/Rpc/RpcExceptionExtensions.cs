namespace Grpc.Core;

/// <summary>Status details of failed calls (names as in Grpc.StatusProto).</summary>
public static class RpcExceptionExtensions
{
    /// <summary>The status with its details that came with the error.</summary>
    /// <param name="exception">The error.</param>
    /// <returns>The status; null if none came, or none that can be read.</returns>
    public static Google.Rpc.Status? GetRpcStatus(this RpcException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception.Trailers.GetRpcStatus(ignoreParseError: true);
    }
}
