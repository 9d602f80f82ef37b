using Grpc.Core;
using Grpc.Net.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>The messages of one call.</summary>
internal sealed class GrpcCall<TRequest, TResponse>(
    GrpcChannel channel, Method<TRequest, TResponse> method, string? host, CallOptions options)
    : GrpcCall(channel, method, host, options)
    where TRequest : class
    where TResponse : class
{
    private int _reading;

    /// <summary>Starts a call of one request.</summary>
    public void StartWith(TRequest request)
    {
        try
        {
            using FrameSerializationContext message = Serialize(request);
            Start(new UnaryContent(message.Frame.ToArray()));
        }
        catch (RpcException e)
        {
            Finish(e.Status);
        }
    }

    /// <summary>Starts a call of many requests.</summary>
    public ClientStreamWriter<TRequest, TResponse> StartStream()
    {
        var content = new StreamingContent();
        Start(content);
        return new ClientStreamWriter<TRequest, TResponse>(this, content) { WriteOptions = WriteOptions };
    }

    public FrameSerializationContext Serialize(TRequest request) =>
        FrameSerializationContext.Serialize(method.RequestMarshaller, request, ChannelOptions.MaxSendMessageSize);

    /// <summary>The next response.</summary>
    /// <returns>Null once the call ended well.</returns>
    /// <exception cref="RpcException">The call ended otherwise.</exception>
    public async Task<TResponse?> ReadAsync()
    {
        if (Interlocked.Exchange(ref _reading, 1) == 1)
        {
            throw new InvalidOperationException("The previous read isn't finished.");
        }

        try
        {
            await Ready;
            return Outcome is null ? await ReadMessageAsync() : End(Outcome);
        }
        finally
        {
            Volatile.Write(ref _reading, 0);
        }
    }

    /// <summary>The only response of a unary or client-streaming call.</summary>
    public async Task<TResponse> SingleResponseAsync()
    {
        TResponse? response = await ReadAsync();
        if (response is null)
        {
            throw WireErrors.Broken("the call succeeded without a response message");
        }

        return await ReadAsync() is null
            ? response
            : throw Finish(WireErrors.Broken("a second response message came to a call that has one").Status).ToException();
    }

    private static TResponse? End(CallOutcome outcome) =>
        outcome.Status.StatusCode == StatusCode.OK ? null : throw outcome.ToException();

    private async Task<TResponse?> ReadMessageAsync()
    {
        try
        {
            TResponse? message = await Messages!.ReadAsync(method.ResponseMarshaller, Cancelled);
            return message ?? End(FinishByTrailers());
        }
        catch (Exception e) when (Outcome is null)
        {
            throw Fail(e).ToException();
        }
        catch (Exception e) when (e is not RpcException)
        {
            // The call ended while the read was pending; that is the reason, not what it did to the read.
            return End(Outcome!);
        }
    }
}
