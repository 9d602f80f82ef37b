using System.Net;
using System.Net.Http.Headers;
using Grpc.Net.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>A request body that stays open while the caller writes messages.</summary>
internal sealed class StreamingContent : HttpContent
{
    private readonly TaskCompletionSource<Stream> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StreamingContent() => Headers.ContentType = new MediaTypeHeaderValue(WireNames.ContentType);

    /// <summary>Where to write, once connected; cancelled if the call ended before.</summary>
    public Task<Stream> Stream => _stream.Task;

    /// <summary>Whether the request has ended.</summary>
    public bool IsComplete => _end.Task.IsCompleted;

    /// <summary>Ends the request in good order.</summary>
    public void Complete()
    {
        _end.TrySetResult();
        _stream.TrySetCanceled();
    }

    /// <summary>Ends the request by resetting its stream.</summary>
    public void Abort()
    {
        _end.TrySetCanceled();
        _stream.TrySetCanceled();
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // Sends the request headers: the server may speak first.
        await stream.FlushAsync(cancellationToken);
        if (!_stream.TrySetResult(stream) && !_end.Task.IsCompleted)
        {
            throw new IOException("The connection was lost and a stream can't be sent again.");
        }

        await _end.Task.WaitAsync(cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
