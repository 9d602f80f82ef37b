using System.Buffers;
using System.Buffers.Text;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Onboarding.Endpoint.Hosting.Requests;

/// <summary>
/// Looks at the metadata of a request before gRPC does. gRPC reads it where a method first asks for a header, and throws there: what a
/// stranger sent would look like a fault of the plane.
/// </summary>
internal static class RequestMetadata
{
    private const string BinarySuffix = "-bin";

    // What HTTP/2 adds for each header when it counts (RFC 9113, 6.5.2).
    private const int HeaderOverhead = 32;

    private static readonly Status Malformed = new(StatusCode.InvalidArgument, "A metadata header of the request is malformed.");

    // Metadata of gRPC ("Custom-Metadata" of PROTOCOL-HTTP2.md); HTTP allows more.
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

    /// <summary>Why the request is refused; null if its metadata is good.</summary>
    public static Status? Refusal(IHeaderDictionary headers, int most)
    {
        int size = 0;
        foreach ((string name, StringValues values) in headers)
        {
            // A pseudo-header of HTTP/2: the request line, no metadata.
            if (name.StartsWith(':'))
            {
                continue;
            }

            foreach (string? value in values)
            {
                size += name.Length + (value?.Length ?? 0) + HeaderOverhead;
            }

            if (size > most)
            {
                return new Status(StatusCode.ResourceExhausted, $"The request has more metadata than allowed: {most} bytes.");
            }

            // Refused rather than left out: what decides by metadata must not decide by its absence.
            if (name.AsSpan().ContainsAnyExcept(NameCharacters)
                || (name.EndsWith(BinarySuffix, StringComparison.OrdinalIgnoreCase) && !IsBinary(values.ToString())))
            {
                return Malformed;
            }
        }

        return null;
    }

    // Base64, with or without its padding.
    private static bool IsBinary(string value) =>
        (value.Length % 4) switch
        {
            0 => Base64.IsValid(value),
            2 => Base64.IsValid(value + "=="),
            3 => Base64.IsValid(value + "="),
            _ => false,
        };
}
