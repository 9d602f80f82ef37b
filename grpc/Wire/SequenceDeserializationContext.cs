using System.Buffers;
using Grpc.Core;

namespace Grpc.Net.Wire;

/// <summary>A received message, still in the transport's buffers.</summary>
internal sealed class SequenceDeserializationContext(ReadOnlySequence<byte> payload) : DeserializationContext
{
    public override int PayloadLength => (int)payload.Length;

    public override byte[] PayloadAsNewBuffer() => payload.ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => payload;
}
