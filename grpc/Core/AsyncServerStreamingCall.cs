namespace Grpc.Core;

/// <summary>A server-streaming call. Disposing it before its end cancels it.</summary>
/// <typeparam name="TResponse">The response message.</typeparam>
/// <param name="responseStream">The responses.</param>
/// <param name="responseHeadersAsync">The response headers.</param>
/// <param name="getStatusFunc">How it ended.</param>
/// <param name="getTrailersFunc">What came with the status.</param>
/// <param name="disposeAction">Cancels it.</param>
public sealed class AsyncServerStreamingCall<TResponse>(
    IAsyncStreamReader<TResponse> responseStream,
    Task<Metadata> responseHeadersAsync,
    Func<Status> getStatusFunc,
    Func<Metadata> getTrailersFunc,
    Action disposeAction) : IDisposable
{
    /// <summary>The responses.</summary>
    public IAsyncStreamReader<TResponse> ResponseStream { get; } = responseStream;

    /// <summary>The response headers; fails with <see cref="RpcException"/> if the call ends without any.</summary>
    public Task<Metadata> ResponseHeadersAsync { get; } = responseHeadersAsync;

    /// <summary>How the call ended.</summary>
    /// <returns>The status.</returns>
    /// <exception cref="InvalidOperationException">It hasn't ended.</exception>
    public Status GetStatus() => getStatusFunc();

    /// <summary>What came with the status.</summary>
    /// <returns>The trailers.</returns>
    /// <exception cref="InvalidOperationException">The call hasn't ended.</exception>
    public Metadata GetTrailers() => getTrailersFunc();

    /// <summary>Frees the call; cancels it if it hasn't ended.</summary>
    public void Dispose() => disposeAction();
}
