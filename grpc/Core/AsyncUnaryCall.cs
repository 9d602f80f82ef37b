using System.Runtime.CompilerServices;

namespace Grpc.Core;

/// <summary>A unary call. Disposing it before its end cancels it.</summary>
/// <typeparam name="TResponse">The response message.</typeparam>
/// <param name="responseAsync">The response.</param>
/// <param name="responseHeadersAsync">The response headers.</param>
/// <param name="getStatusFunc">How it ended.</param>
/// <param name="getTrailersFunc">What came with the status.</param>
/// <param name="disposeAction">Cancels it.</param>
public sealed class AsyncUnaryCall<TResponse>(
    Task<TResponse> responseAsync,
    Task<Metadata> responseHeadersAsync,
    Func<Status> getStatusFunc,
    Func<Metadata> getTrailersFunc,
    Action disposeAction) : IDisposable
{
    /// <summary>The response; fails with <see cref="RpcException"/>.</summary>
    public Task<TResponse> ResponseAsync { get; } = responseAsync;

    /// <summary>The response headers; fails with <see cref="RpcException"/> if the call ends without any.</summary>
    public Task<Metadata> ResponseHeadersAsync { get; } = responseHeadersAsync;

    /// <summary>Lets the call itself be awaited for its response.</summary>
    /// <returns>The awaiter of <see cref="ResponseAsync"/>.</returns>
    public TaskAwaiter<TResponse> GetAwaiter() => ResponseAsync.GetAwaiter();

    /// <summary>Awaits the response without coming back to the caller's synchronisation context.</summary>
    /// <param name="continueOnCapturedContext">Whether to come back to it.</param>
    /// <returns>The awaitable.</returns>
    public ConfiguredTaskAwaitable<TResponse> ConfigureAwait(bool continueOnCapturedContext) =>
        ResponseAsync.ConfigureAwait(continueOnCapturedContext);

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
