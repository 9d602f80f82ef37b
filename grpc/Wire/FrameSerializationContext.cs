using System.Buffers;
using System.Buffers.Binary;
using Grpc.Core;

namespace Grpc.Net.Wire;

/// <summary>
/// One outgoing message with its prefix (flag, length), in a pooled buffer that goes back on dispose. A message is
/// complete here before its first byte is sent, so that a serializer that fails never leaves half a frame on the wire.
/// </summary>
internal sealed class FrameSerializationContext : SerializationContext, IBufferWriter<byte>, IDisposable
{
    public const int PrefixLength = 5;
    private const int DefaultCapacity = 256;

    private readonly int? _maxLength;
    private byte[]? _buffer;
    private int _written = PrefixLength;
    private bool _complete;

    private FrameSerializationContext(int? maxLength) => _maxLength = maxLength;

    /// <summary>Prefix and message.</summary>
    public ReadOnlyMemory<byte> Frame => _buffer.AsMemory(0, _written);

    /// <exception cref="RpcException">Longer than allowed, or the serializer failed.</exception>
    public static FrameSerializationContext Serialize<T>(Marshaller<T> marshaller, T message, int? maxLength)
    {
        var context = new FrameSerializationContext(maxLength);
        try
        {
            marshaller.ContextualSerializer(message, context);
            context.Finish();
            return context;
        }
        catch (Exception e)
        {
            context.Dispose();
            throw e as RpcException ?? new RpcException(new Status(StatusCode.Internal, "A message can't be written.", e));
        }
    }

    public override void Complete(byte[] payload)
    {
        SetPayloadLength(payload.Length);
        this.Write(payload);
        _complete = true;
    }

    public override void SetPayloadLength(int payloadLength)
    {
        ThrowIfTooLong(payloadLength);
        Reserve(payloadLength);
    }

    public override IBufferWriter<byte> GetBufferWriter() => this;

    public override void Complete() => _complete = true;

    public void Advance(int count) => _written += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _buffer.AsMemory(_written);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Dispose()
    {
        if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = null;
        }
    }

    private void Finish()
    {
        if (!_complete)
        {
            throw new InvalidOperationException("The serializer didn't complete the message.");
        }

        int length = _written - PrefixLength;
        ThrowIfTooLong(length);
        Reserve(0);
        _buffer![0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(1), length);
    }

    private void ThrowIfTooLong(int length)
    {
        if (length > _maxLength)
        {
            throw WireErrors.SentTooLong(length, _maxLength.Value);
        }
    }

    private void Reserve(int count)
    {
        if (_buffer is null)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(PrefixLength + Math.Max(count, DefaultCapacity));
        }
        else if (_buffer.Length - _written < count)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(checked(_written + Math.Max(count, _written)));
            _buffer.AsSpan(0, _written).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
    }
}
