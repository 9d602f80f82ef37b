using Grpc.Core;
using Grpc.Net.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Metadata in requests and responses of ASP.NET Core.</summary>
internal static class RequestMetadata
{
    // What HTTP/2 adds for each header when it counts (RFC 9113, 6.5.2).
    private const int HeaderOverhead = 32;

    /// <exception cref="RpcException">Too much, or malformed.</exception>
    public static Metadata Read(IHeaderDictionary headers, int maxSize)
    {
        var metadata = new Metadata();
        int size = 0;
        foreach ((string name, StringValues values) in headers)
        {
            if (MetadataHeaders.IsReserved(name))
            {
                continue;
            }

            foreach (string? value in values)
            {
                size += name.Length + value!.Length + HeaderOverhead;
                if (size > maxSize)
                {
                    throw new RpcException(new Status(
                        StatusCode.ResourceExhausted, $"The request has more metadata than allowed: {maxSize} bytes (MaxMetadataSize)."));
                }

                // Refused rather than left out: what decides by metadata must not decide by its absence.
                if (!MetadataHeaders.TryAdd(metadata, name, value))
                {
                    throw WireErrors.Broken("a metadata header is malformed");
                }
            }
        }

        return metadata.Freeze();
    }

    public static void Write(Metadata? metadata, Action<string, string> append)
    {
        foreach (Metadata.Entry entry in metadata ?? Metadata.Empty)
        {
            if (MetadataHeaders.IsReserved(entry.Key))
            {
                throw new InvalidOperationException($"'{entry.Key}' belongs to the protocol and can't be sent as metadata.");
            }

            append(entry.Key, MetadataHeaders.Encode(entry));
        }
    }
}
