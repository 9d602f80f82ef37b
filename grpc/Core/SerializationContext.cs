using System.Buffers;

namespace Grpc.Core;

/// <summary>Where a serializer puts one message.</summary>
public abstract class SerializationContext
{
    /// <summary>The message as an array; the only call if it is used.</summary>
    /// <param name="payload">The bytes.</param>
    public abstract void Complete(byte[] payload);

    /// <summary>Announces the number of bytes that will be written to <see cref="GetBufferWriter"/>.</summary>
    /// <param name="payloadLength">The number.</param>
    public abstract void SetPayloadLength(int payloadLength);

    /// <summary>Where to write the bytes.</summary>
    /// <returns>The writer.</returns>
    public abstract IBufferWriter<byte> GetBufferWriter();

    /// <summary>Everything was written to <see cref="GetBufferWriter"/>.</summary>
    public abstract void Complete();
}
