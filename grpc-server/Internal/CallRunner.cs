using Grpc.Core;
using Grpc.Net.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Runs a call from its headers to its status.</summary>
internal sealed partial class CallRunner(IOptions<GrpcServiceOptions> options, TimeProvider time, ILogger<CallRunner> logger)
{
    public async Task RunAsync(HttpContext http, string method, bool keepsRequestOpen, Func<HttpContextServerCallContext, Task> serve)
    {
        if (!IsGrpcRequest(http))
        {
            return;
        }

        LiftHttpLimits(http, keepsRequestOpen);
        using var call = new HttpContextServerCallContext(http, method, options.Value, time);
        Status status;
        Metadata? trailers = null;
        try
        {
            call.Begin();
            await serve(call);
            status = call.Status;
        }
        catch (RpcException e)
        {
            Log.CallFailed(logger, method, e.StatusCode, e.Status.Detail, e);
            status = e.Status;
            trailers = e.Trailers;
        }
        catch (Exception e) when (call.CancellationToken.IsCancellationRequested || IsConnectionLoss(e))
        {
            // The client is gone or too late; what the method made of that isn't an error of the server.
            Log.CallCancelled(logger, method, e);
            status = new Status(StatusCode.Cancelled, "The call was cancelled.");
        }
        catch (Exception e)
        {
            Log.MethodThrew(logger, method, e);
            status = new Status(StatusCode.Unknown, UnknownDetail(e));
        }

        await call.FinishAsync(status, trailers);
    }

    private static bool IsConnectionLoss(Exception exception) =>
        exception is IOException or Microsoft.AspNetCore.Connections.ConnectionAbortedException;

    private static bool IsGrpcRequest(HttpContext http)
    {
        if (!WireNames.IsGrpc(http.Request.ContentType))
        {
            http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return false;
        }

        if (!HttpProtocol.IsHttp2(http.Request.Protocol) && !HttpProtocol.IsHttp3(http.Request.Protocol))
        {
            // Without trailers there is no way to say how a call ended.
            http.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            http.Response.Headers.Upgrade = "h2";
            return false;
        }

        return true;
    }

    /// <summary>
    /// Kestrel ends a request body after 30 MB, and one that brings less than 240 bytes a second: right for uploads, but
    /// the end of every stream that lives long. Messages have their own limit; a unary request keeps the minimum rate,
    /// against clients that hold calls open by trickling bytes.
    /// </summary>
    private static void LiftHttpLimits(HttpContext http, bool keepsRequestOpen)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        if (keepsRequestOpen && http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }
    }

    private string UnknownDetail(Exception exception) => options.Value.EnableDetailedErrors
        ? $"The method threw {exception.GetType().Name}: {exception.Message}"
        : "The method threw an exception.";
}
