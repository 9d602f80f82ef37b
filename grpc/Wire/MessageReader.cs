using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Grpc.Core;

namespace Grpc.Net.Wire;

/// <summary>
/// Takes messages out of a request or response body. Everything in there is the peer's word: a length is checked before
/// a byte of the message is waited for, memory grows with the bytes that arrived and not with the length that was
/// claimed, and whatever the bytes are, the only failures are the transport's and <see cref="RpcException"/>.
/// </summary>
/// <param name="body">The body.</param>
/// <param name="gzip">Whether the peer said that it compresses.</param>
/// <param name="maxLength">Longest message, as sent and decompressed.</param>
internal sealed class MessageReader(PipeReader body, bool gzip, int? maxLength)
{
    /// <summary>Waits for a message; an idle stream holds no buffer meanwhile.</summary>
    /// <returns>The message; null at the end.</returns>
    public async ValueTask<T?> ReadAsync<T>(Marshaller<T> marshaller, CancellationToken cancellationToken)
        where T : class
    {
        while (true)
        {
            ReadResult result = await body.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> buffer = result.Buffer;
            if (result.IsCanceled)
            {
                body.AdvanceTo(buffer.Start);
                throw new OperationCanceledException("The read was cancelled.");
            }

            if (TryTakeFrame(ref buffer, out bool compressed, out ReadOnlySequence<byte> payload))
            {
                T message = Deserialize(marshaller, compressed, payload);
                body.AdvanceTo(buffer.Start);
                return message;
            }

            if (result.IsCompleted)
            {
                bool whole = buffer.IsEmpty;
                body.AdvanceTo(buffer.End);
                return whole ? null : throw WireErrors.Broken("the stream ended within a message");
            }

            body.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private bool TryTakeFrame(ref ReadOnlySequence<byte> buffer, out bool compressed, out ReadOnlySequence<byte> payload)
    {
        compressed = false;
        payload = default;
        Span<byte> prefix = stackalloc byte[FrameSerializationContext.PrefixLength];
        if (buffer.Length < prefix.Length)
        {
            return false;
        }

        buffer.Slice(0, prefix.Length).CopyTo(prefix);
        if (prefix[0] > 1)
        {
            throw WireErrors.Broken("a message's compression flag is neither 0 nor 1");
        }

        compressed = prefix[0] == 1;
        uint length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        int limit = maxLength ?? Array.MaxLength;
        if (length > limit)
        {
            throw WireErrors.ReceivedTooLong(length, limit);
        }

        if (buffer.Length - prefix.Length < length)
        {
            return false;
        }

        payload = buffer.Slice(prefix.Length, length);
        buffer = buffer.Slice(payload.End);
        return true;
    }

    private T Deserialize<T>(Marshaller<T> marshaller, bool compressed, ReadOnlySequence<byte> payload)
    {
        if (compressed && !gzip)
        {
            throw WireErrors.Broken("a message is compressed, but no grpc-encoding was announced");
        }

        try
        {
            return marshaller.ContextualDeserializer(new SequenceDeserializationContext(
                compressed ? new ReadOnlySequence<byte>(Gzip.Decompress(payload, maxLength)) : payload));
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw WireErrors.Broken("a message can't be read", e);
        }
    }
}
