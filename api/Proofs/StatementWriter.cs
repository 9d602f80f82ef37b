using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Onboarding.Api.Proofs;

/// <summary>
/// Builds the bytes an agent signs. Every field is preceded by its length, and the first one names the kind of statement: no
/// two different statements can have the same bytes, so a signature made for one purpose is worth nothing for another.
/// </summary>
internal sealed class StatementWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public StatementWriter(string kind) => Add(kind);

    public StatementWriter Add(string field) => Add(Encoding.UTF8.GetBytes(field));

    public StatementWriter Add(long field)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, field);
        return Add(bytes);
    }

    public StatementWriter Add(ReadOnlySpan<byte> field)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, field.Length);
        _bytes.Write(length);
        _bytes.Write(field);
        return this;
    }

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();
}
