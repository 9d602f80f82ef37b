using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Onboarding.AgentHost.Control;

/// <summary>Serves the methods of its gRPC services, and nothing else.</summary>
internal sealed class SocketApplication(
    IReadOnlyDictionary<string, RequestDelegate> methods, IServiceProvider services, Func<SocketCall, Status> authorize)
    : IHttpApplication<HttpContext>
{
    private static readonly Status NoSuchMethod = new(StatusCode.Unimplemented, "This agent doesn't have that service or method.");

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures) { RequestServices = services };

    public Task ProcessRequestAsync(HttpContext context)
    {
        // Asked for each call and before anything of the request is read: a caller's message never decides what it may do.
        Status decision = authorize(new SocketCall(
            PeerCredentials.FromSocket(context.Features.Get<IConnectionSocketFeature>()?.Socket),
            context.Request.Path.Value ?? "",
            name => context.Request.Headers[name] is [{ } value] ? value : null));
        if (decision.StatusCode != StatusCode.OK)
        {
            return RefuseAsync(context.Response, decision);
        }

        return methods.TryGetValue(context.Request.Path.Value ?? "", out RequestDelegate? method)
            ? method(context)
            : RefuseAsync(context.Response, NoSuchMethod);
    }

    public void DisposeContext(HttpContext context, Exception? exception)
    {
        // It holds nothing of its own.
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
