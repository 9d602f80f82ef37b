using System.Buffers;
using Grpc.Core;
using Grpc.Net.Wire;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Internal;

internal sealed partial class HttpContextServerCallContext
{
    private MessageReader? _messages;

    /// <summary>The only request as it came; null unless asked for in the options.</summary>
    public ReadOnlyMemory<byte>? RequestBytes { get; private set; }

    /// <summary>The next request, or null at their end.</summary>
    public async Task<T?> ReadAsync<T>(Marshaller<T> marshaller, CancellationToken cancellationToken)
        where T : class
    {
        if (!cancellationToken.CanBeCanceled)
        {
            return await _messages!.ReadAsync(marshaller, _cancelled);
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(_cancelled, cancellationToken);
        return await _messages!.ReadAsync(marshaller, either.Token);
    }

    /// <summary>The only request of a unary or server-streaming call.</summary>
    public async Task<T> ReadSingleAsync<T>(Marshaller<T> marshaller)
        where T : class
    {
        using CancellationTokenSource? patience = _options.RequestTimeout is { } limit ? new CancellationTokenSource(limit, _time) : null;
        try
        {
            return await ReadSingleAsync(marshaller, patience?.Token ?? CancellationToken.None);
        }
        catch (OperationCanceledException) when (patience is { IsCancellationRequested: true } && !_cancelled.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.DeadlineExceeded, $"The request didn't arrive within {_options.RequestTimeout!.Value.TotalSeconds:0.#} s."));
        }
    }

    private async Task<T> ReadSingleAsync<T>(Marshaller<T> marshaller, CancellationToken cancellationToken)
        where T : class
    {
        Marshaller<T> reading = _options.KeepRequestBytes ? Keeping(marshaller) : marshaller;
        T request = await ReadAsync(reading, cancellationToken) ?? throw WireErrors.Broken("the call came without a request message");
        return await ReadAsync(marshaller, cancellationToken) is null
            ? request
            : throw WireErrors.Broken("a second request message came to a call that has one");
    }

    // The transport's buffers are gone once the message has been read.
    private Marshaller<T> Keeping<T>(Marshaller<T> marshaller)
        where T : class => new(
            marshaller.ContextualSerializer,
            context =>
            {
                byte[] bytes = context.PayloadAsNewBuffer();
                RequestBytes = bytes;
                return marshaller.ContextualDeserializer(new SequenceDeserializationContext(new ReadOnlySequence<byte>(bytes)));
            });

    /// <summary>The only response of a unary or client-streaming call.</summary>
    public async Task WriteSingleAsync<T>(Marshaller<T> marshaller, T? response)
        where T : class
    {
        if (Status.StatusCode == StatusCode.OK)
        {
            await WriteAsync(
                marshaller,
                response ?? throw new InvalidOperationException($"{_method} returned null instead of a response."),
                flush: false,
                CancellationToken.None);
        }
    }

    public async Task WriteAsync<T>(Marshaller<T> marshaller, T response, bool flush, CancellationToken cancellationToken)
    {
        using FrameSerializationContext frame = FrameSerializationContext.Serialize(marshaller, response, _options.MaxSendMessageSize);
        EnterResponse();
        try
        {
            if (!flush)
            {
                frame.Frame.Span.CopyTo(Http.Response.BodyWriter.GetSpan(frame.Frame.Length));
                Http.Response.BodyWriter.Advance(frame.Frame.Length);
                return;
            }

            if (!cancellationToken.CanBeCanceled)
            {
                await Http.Response.BodyWriter.WriteAsync(frame.Frame, _cancelled);
            }
            else
            {
                using var either = CancellationTokenSource.CreateLinkedTokenSource(_cancelled, cancellationToken);
                await Http.Response.BodyWriter.WriteAsync(frame.Frame, either.Token);
            }

            // Kestrel takes writes to a connection that is gone without a word.
            _cancelled.ThrowIfCancellationRequested();
        }
        finally
        {
            await LeaveResponseAsync();
        }
    }

    protected override async Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        EnterResponse();
        try
        {
            if (Http.Response.HasStarted)
            {
                throw new InvalidOperationException("The response headers were sent before.");
            }

            RequestMetadata.Write(responseHeaders, (name, value) => Http.Response.Headers.Append(name, value));
            await Http.Response.StartAsync(_cancelled);

            // Started isn't sent: a client that waits for the headers before it speaks would wait for ever.
            await Http.Response.BodyWriter.FlushAsync(_cancelled);
        }
        finally
        {
            await LeaveResponseAsync();
        }
    }
}
