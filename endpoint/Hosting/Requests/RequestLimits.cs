using System.Globalization;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Onboarding.Endpoint.Hosting.Requests;

/// <summary>
/// Holds every gRPC call to two limits that neither Kestrel nor gRPC has, before anything of it is read. Anyone who reaches the port can
/// send these requests, so a refusal here costs nothing and writes no log line.
/// </summary>
/// <param name="mostMetadata">Most metadata, in bytes as HTTP/2 counts them.</param>
/// <param name="timeout">How long the only request of a unary or server-streaming call may take to arrive.</param>
/// <param name="clock">Measures <paramref name="timeout"/>.</param>
internal sealed class RequestLimits(int mostMetadata, TimeSpan timeout, TimeProvider clock)
{
    /// <summary>Runs a request through them.</summary>
    public Task RunAsync(HttpContext http, RequestDelegate next)
    {
        ArgumentNullException.ThrowIfNull(http);
        if (http.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is not { } call)
        {
            return next(http);
        }

        if (RequestMetadata.Refusal(http.Request.Headers, mostMetadata) is { } refusal)
        {
            return RefuseAsync(http.Response, refusal);
        }

        // Streams live on for days; their first messages have a limit of their own (SessionService).
        return call.Method.Type is MethodType.Unary or MethodType.ServerStreaming ? ArriveAsync(http, next) : next(http);
    }

    private async Task ArriveAsync(HttpContext http, RequestDelegate next)
    {
        using var request = new ArrivingRequest(http.Request.BodyReader, timeout, clock);
        http.Features.Set<IRequestBodyPipeFeature>(request);
        await next(http);
    }

    // "Trailers-Only" of gRPC over HTTP/2: the status in the headers of an answer without a body.
    private static Task RefuseAsync(HttpResponse response, Status status)
    {
        response.ContentType = "application/grpc";
        response.Headers.GrpcStatus = ((int)status.StatusCode).ToString(CultureInfo.InvariantCulture);
        response.Headers.GrpcMessage = Uri.EscapeDataString(status.Detail);
        return response.CompleteAsync();
    }
}
