using Grpc.Core;
using Grpc.Net.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>The requests of a streaming call.</summary>
internal sealed class ClientStreamWriter<TRequest, TResponse>(GrpcCall<TRequest, TResponse> call, StreamingContent content)
    : IClientStreamWriter<TRequest>
    where TRequest : class
    where TResponse : class
{
    private int _writing;
    private bool _completed;

    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(TRequest message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        Enter();
        try
        {
            using CancellationTokenRegistration registration =
                cancellationToken.UnsafeRegister(static call => ((GrpcCall)call!).CancelByCaller(), call);
            using FrameSerializationContext frame = call.Serialize(message);
            Stream stream = await content.Stream;
            await stream.WriteAsync(frame.Frame, call.Cancelled);
            if (WriteOptions is null || !WriteOptions.Flags.HasFlag(WriteFlags.BufferHint))
            {
                await stream.FlushAsync(call.Cancelled);
            }
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw Ended(e);
        }
        finally
        {
            Volatile.Write(ref _writing, 0);
        }
    }

    public async Task CompleteAsync()
    {
        Enter();
        _completed = true;
        try
        {
            // Not before the request is under way: the transport would find nothing to end.
            await content.Stream;
            content.Complete();
        }
        catch (OperationCanceledException)
        {
            // The call has ended already; its reader says how.
        }
        finally
        {
            Volatile.Write(ref _writing, 0);
        }
    }

    private void Enter()
    {
        if (_completed)
        {
            throw new InvalidOperationException("The request stream was completed.");
        }

        if (Interlocked.Exchange(ref _writing, 1) == 1)
        {
            throw new InvalidOperationException("The previous write isn't finished.");
        }
    }

    /// <summary>How the call ended if it did; else what the transport says, without ending it: the server's own status may be on its way.</summary>
    private RpcException Ended(Exception exception) => call.Outcome is { } outcome
        ? outcome.ToException()
        : new RpcException(TransportStatus.From(exception));
}
