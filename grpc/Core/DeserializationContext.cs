using System.Buffers;

namespace Grpc.Core;

/// <summary>One received message.</summary>
public abstract class DeserializationContext
{
    /// <summary>Its length in bytes.</summary>
    public abstract int PayloadLength { get; }

    /// <summary>Its bytes in a new array.</summary>
    /// <returns>The array.</returns>
    public abstract byte[] PayloadAsNewBuffer();

    /// <summary>Its bytes; valid only until the deserializer returns.</summary>
    /// <returns>The bytes.</returns>
    public abstract ReadOnlySequence<byte> PayloadAsReadOnlySequence();
}
