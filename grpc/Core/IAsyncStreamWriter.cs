namespace Grpc.Core;

/// <summary>Writes the messages of a stream, one at a time.</summary>
/// <typeparam name="T">The message.</typeparam>
public interface IAsyncStreamWriter<in T>
{
    /// <summary>How to write the next messages.</summary>
    WriteOptions? WriteOptions { get; set; }

    /// <summary>Writes a message.</summary>
    /// <param name="message">The message.</param>
    /// <returns>Done when the transport took it.</returns>
    /// <exception cref="InvalidOperationException">The previous write isn't finished, or the stream is.</exception>
    /// <exception cref="RpcException">The call ended.</exception>
    Task WriteAsync(T message);

    /// <summary>Writes a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Cancels the whole call.</param>
    /// <returns>Done when the transport took it.</returns>
    /// <exception cref="InvalidOperationException">The previous write isn't finished, or the stream is.</exception>
    /// <exception cref="RpcException">The call ended.</exception>
    Task WriteAsync(T message, CancellationToken cancellationToken);
}
