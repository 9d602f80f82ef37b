using System.Buffers;
using System.IO.Compression;
using Grpc.Core;

namespace Grpc.Net.Wire;

/// <summary>Decompresses messages.</summary>
internal static class Gzip
{
    /// <summary>
    /// The message, as long as it isn't longer than allowed. The limit counts what comes out, while it comes out: a few
    /// kilobytes can otherwise unfold to gigabytes.
    /// </summary>
    /// <exception cref="RpcException">Not gzip, or too long.</exception>
    public static byte[] Decompress(in ReadOnlySequence<byte> compressed, int? maxLength)
    {
        using var source = new MemoryStream(compressed.ToArray(), writable: false);
        using var gzip = new GZipStream(source, CompressionMode.Decompress);
        using var target = new MemoryStream();
        byte[] chunk = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            int read;
            while ((read = gzip.Read(chunk)) > 0)
            {
                if (target.Length + read > (maxLength ?? Array.MaxLength))
                {
                    throw WireErrors.ReceivedTooLong(target.Length + read, maxLength ?? Array.MaxLength);
                }

                target.Write(chunk, 0, read);
            }
        }
        catch (InvalidDataException e)
        {
            throw WireErrors.Broken("a compressed message isn't gzip", e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }

        return target.ToArray();
    }
}
