namespace Grpc.Core;

/// <summary>
/// A call that didn't succeed. A client gets it from a call; a server method throws it to end the call with that status
/// and those trailers.
/// </summary>
/// <param name="status">How the call ended.</param>
/// <param name="trailers">What came (or is to be sent) with the status.</param>
/// <param name="message">The exception's message.</param>
public class RpcException(Status status, Metadata trailers, string message) : Exception(message, status.DebugException)
{
    /// <summary>A failed call without trailers.</summary>
    /// <param name="status">How it ended.</param>
    public RpcException(Status status)
        : this(status, [], status.ToString())
    {
    }

    /// <summary>A failed call without trailers.</summary>
    /// <param name="status">How it ended.</param>
    /// <param name="message">The exception's message.</param>
    public RpcException(Status status, string message)
        : this(status, [], message)
    {
    }

    /// <summary>A failed call.</summary>
    /// <param name="status">How it ended.</param>
    /// <param name="trailers">What came (or is to be sent) with the status.</param>
    public RpcException(Status status, Metadata trailers)
        : this(status, trailers, status.ToString())
    {
    }

    /// <summary>How the call ended.</summary>
    public Status Status { get; } = status;

    /// <summary>The code of <see cref="Status"/>.</summary>
    public StatusCode StatusCode => Status.StatusCode;

    /// <summary>What came with the status; empty if nothing did.</summary>
    public Metadata Trailers { get; } = trailers ?? throw new ArgumentNullException(nameof(trailers));
}
