namespace Grpc.Core;

/// <summary>Reads the messages of a stream, one after the other.</summary>
/// <typeparam name="T">The message.</typeparam>
public interface IAsyncStreamReader<out T>
{
    /// <summary>The message that <see cref="MoveNext"/> found.</summary>
    T Current { get; }

    /// <summary>Waits for the next message.</summary>
    /// <param name="cancellationToken">Cancels the whole call.</param>
    /// <returns>False at the end of the stream.</returns>
    /// <exception cref="RpcException">The call didn't succeed.</exception>
    Task<bool> MoveNext(CancellationToken cancellationToken);
}
