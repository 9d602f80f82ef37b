using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Onboarding.Tests.FrozenClient;

/// <summary>The bytes an agent signs (docs/reference/names.md, "Signed statements"), as agents of the last release build them.</summary>
internal sealed class FrozenStatement
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public FrozenStatement(string kind) => Add(kind);

    public FrozenStatement Add(string field) => Add(Encoding.UTF8.GetBytes(field));

    public FrozenStatement Add(long field)
    {
        byte[] bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, field);
        return Add(bytes);
    }

    public FrozenStatement Add(ReadOnlySpan<byte> field)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, field.Length);
        _bytes.Write(length);
        _bytes.Write(field);
        return this;
    }

    public FrozenStatement AddHash(ReadOnlySpan<byte> field) => Add(SHA256.HashData(field));

    public FrozenStatement AddHash(string field) => AddHash(Encoding.UTF8.GetBytes(field));

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();
}
