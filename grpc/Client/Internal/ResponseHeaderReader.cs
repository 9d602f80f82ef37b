using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Net.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>Reads headers and trailers of a response as they came, without HTTP's own parsing.</summary>
internal static class ResponseHeaderReader
{
    public static string? First(HttpHeaders headers, string name)
    {
        if (headers.NonValidated.TryGetValues(name, out HeaderStringValues values))
        {
            foreach (string value in values)
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>All metadata; what a peer sent that isn't valid metadata is left out.</summary>
    public static Metadata Read(HttpHeaders headers)
    {
        var metadata = new Metadata();
        foreach ((string name, HeaderStringValues values) in headers.NonValidated)
        {
            if (MetadataHeaders.IsReserved(name))
            {
                continue;
            }

            foreach (string value in values)
            {
                MetadataHeaders.TryAdd(metadata, name, value);
            }
        }

        return metadata;
    }
}
