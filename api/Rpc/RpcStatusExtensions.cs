using Google.Protobuf;
using Grpc.Core;

namespace Google.Rpc;

/// <summary>Status details as errors of calls (names as in Grpc.StatusProto).</summary>
public static class RpcStatusExtensions
{
    /// <summary>The error to throw from a server method: its trailers carry the status with all details.</summary>
    /// <param name="status">The status; its code is one of <see cref="StatusCode"/>.</param>
    /// <returns>The error.</returns>
    public static RpcException ToRpcException(this Status status)
    {
        ArgumentNullException.ThrowIfNull(status);
        return status.ToRpcException((StatusCode)status.Code, status.Message);
    }

    /// <summary>The error to throw from a server method, with another code and message than the status has.</summary>
    /// <param name="status">The status.</param>
    /// <param name="statusCode">The code.</param>
    /// <param name="message">The message.</param>
    /// <returns>The error.</returns>
    public static RpcException ToRpcException(this Status status, StatusCode statusCode, string message)
    {
        ArgumentNullException.ThrowIfNull(status);
        var trailers = new Metadata();
        trailers.SetRpcStatus(status);
        return new RpcException(new Grpc.Core.Status(statusCode, message), trailers);
    }

    /// <summary>The first detail of that type.</summary>
    /// <typeparam name="T">The type of message.</typeparam>
    /// <param name="status">The status.</param>
    /// <returns>The detail; null if there is none or it can't be read.</returns>
    public static T? GetDetail<T>(this Status status)
        where T : class, IMessage<T>, new()
    {
        ArgumentNullException.ThrowIfNull(status);
        var expected = new T();
        foreach (Protobuf.WellKnownTypes.Any detail in status.Details)
        {
            if (!detail.Is(expected.Descriptor))
            {
                continue;
            }

            try
            {
                expected.MergeFrom(detail.Value);
                return expected;
            }
            catch (InvalidProtocolBufferException)
            {
                // The peer's bytes; a detail that can't be read is one that isn't there.
                return null;
            }
        }

        return null;
    }
}
