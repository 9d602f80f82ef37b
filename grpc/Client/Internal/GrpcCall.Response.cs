using System.IO.Pipelines;
using System.Net;
using Grpc.Core;
using Grpc.Net.Wire;

namespace Grpc.Net.Client.Internal;

internal abstract partial class GrpcCall
{
    /// <summary>
    /// Zero-byte reads: a stream that waits for a message holds no buffer. Thousands of them do, in tests of the server
    /// and in tools.
    /// </summary>
    private static readonly StreamPipeReaderOptions BodyOptions = new(bufferSize: 16 * 1024, leaveOpen: true, useZeroByteReads: true);

    private async Task ReceiveAsync(HttpResponseMessage response)
    {
        Status? status = ResponseStatus.From(
            ResponseHeaderReader.First(response.Headers, WireNames.Status), ResponseHeaderReader.First(response.Headers, WireNames.Message));
        string? contentType = ResponseHeaderReader.First(response.Content.Headers, "content-type");
        if (status is not null)
        {
            // Trailers-only: one header block is all there is.
            Finish(status.Value, ResponseHeaderReader.Read(response.Headers));
        }
        else if (response.StatusCode != HttpStatusCode.OK)
        {
            Finish(new Status(
                ResponseStatus.From(response.StatusCode), $"The server, or a proxy before it, answered with HTTP status {(int)response.StatusCode}."));
        }
        else if (!WireNames.IsGrpc(contentType))
        {
            Finish(new Status(
                StatusCode.Unknown, $"The server doesn't speak gRPC: it answered with content type '{contentType}'."));
        }
        else if (Encoding(response) is var encoding && encoding is not (WireNames.Identity or WireNames.Gzip))
        {
            Finish(new Status(StatusCode.Internal, $"The response is compressed with '{encoding}', which wasn't offered."));
        }
        else
        {
            Stream body = await response.Content.ReadAsStreamAsync(_cancel.Token);
            Messages = new MessageReader(
                PipeReader.Create(body, BodyOptions), encoding == WireNames.Gzip, ChannelOptions.MaxReceiveMessageSize);
            _headers.TrySetResult(ResponseHeaderReader.Read(response.Headers).Freeze());
        }
    }

    private static string Encoding(HttpResponseMessage response) =>
        ResponseHeaderReader.First(response.Headers, WireNames.Encoding) ?? WireNames.Identity;
}
