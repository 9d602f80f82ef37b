using System.Buffers;

namespace Grpc.Core;

/// <summary>Keeps the message as an array.</summary>
internal sealed class ArraySerializationContext : SerializationContext
{
    private ArrayBufferWriter<byte>? _writer;
    private byte[]? _payload;

    public byte[] Payload => _payload ?? throw new InvalidOperationException("The serializer didn't complete the message.");

    public override void Complete(byte[] payload) => _payload = payload;

    public override void SetPayloadLength(int payloadLength) =>
        _writer = payloadLength == 0 ? new ArrayBufferWriter<byte>() : new ArrayBufferWriter<byte>(payloadLength);

    public override IBufferWriter<byte> GetBufferWriter() => _writer ??= new ArrayBufferWriter<byte>();

    public override void Complete() => _payload = _writer?.WrittenSpan.ToArray() ?? [];
}
