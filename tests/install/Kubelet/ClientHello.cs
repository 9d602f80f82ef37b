using System.Buffers.Binary;
using System.Text;

namespace Onboarding.Tests.Install.Kubelet;

/// <summary>The first message of a TLS client, as far as a router reads it.</summary>
internal static class ClientHello
{
    private const int RecordHeader = 5;
    private const int ServerNameExtension = 0;

    /// <summary>Reads the first record; all of it is passed on afterwards.</summary>
    public static async Task<byte[]> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        byte[] header = new byte[RecordHeader];
        await stream.ReadExactlyAsync(header, cancellationToken);
        byte[] record = new byte[RecordHeader + BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(3))];
        header.CopyTo(record, 0);
        await stream.ReadExactlyAsync(record.AsMemory(RecordHeader), cancellationToken);
        return record;
    }

    /// <summary>The server name that the client asks for (RFC 6066); null if it asks for none.</summary>
    public static string? ServerName(ReadOnlySpan<byte> record)
    {
        // Record, handshake header, version, random.
        ReadOnlySpan<byte> rest = record[(RecordHeader + 4 + 2 + 32)..];
        rest = rest[(1 + rest[0])..];
        rest = rest[(2 + BinaryPrimitives.ReadUInt16BigEndian(rest))..];
        rest = rest[(1 + rest[0])..];
        rest = rest[2..];
        while (rest.Length >= 4)
        {
            int kind = BinaryPrimitives.ReadUInt16BigEndian(rest);
            int length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            if (kind == ServerNameExtension)
            {
                // List length, kind of name, length of name.
                return Encoding.ASCII.GetString(rest.Slice(4 + 2 + 1 + 2, length - 5));
            }

            rest = rest[(4 + length)..];
        }

        return null;
    }
}
