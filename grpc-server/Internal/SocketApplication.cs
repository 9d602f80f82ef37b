using Grpc.Core;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Serves one gRPC service, and nothing else: no routing, no pipeline, no services per call.</summary>
internal sealed class SocketApplication(MethodTable methods, CallRunner runner, Func<PeerCredentials?, Status> authorize)
    : IHttpApplication<HttpContext>
{
    private static readonly Status NoSuchMethod = new(StatusCode.Unimplemented, "This server doesn't have that service or method.");

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public Task ProcessRequestAsync(HttpContext context)
    {
        // Asked for each call and before anything of the request is read: a caller's message never decides what it may do.
        Status decision = authorize(PeerCredentials.Of(context.Features.Get<IConnectionSocketFeature>()?.Socket));
        if (decision.StatusCode != StatusCode.OK)
        {
            return RefuseAsync(context, decision);
        }

        return methods.Find(context.Request.Path.Value ?? "") is { } method ? method(context) : RefuseAsync(context, NoSuchMethod);
    }

    public void DisposeContext(HttpContext context, Exception? exception)
    {
        // It holds nothing of its own.
    }

    private Task RefuseAsync(HttpContext context, Status status) =>
        runner.RunAsync(context, context.Request.Path, keepsRequestOpen: false, _ => throw new RpcException(status));
}
