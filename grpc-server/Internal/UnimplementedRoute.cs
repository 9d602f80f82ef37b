using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Net.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Answers calls of services and methods that don't exist; without this a client would see an HTTP 404.</summary>
internal static class UnimplementedRoute
{
    private static readonly ConditionalWeakTable<IEndpointRouteBuilder, object> Mapped = [];

    public static void Map(IEndpointRouteBuilder builder, CallRunner runner)
    {
        if (!Mapped.TryAdd(builder, Mapped))
        {
            return;
        }

        RoutePattern pattern = RoutePatternFactory.Parse(
            "{unimplementedService}/{unimplementedMethod}",
            defaults: null,
            parameterPolicies: new RouteValueDictionary { ["unimplementedMethod"] = new GrpcRequestConstraint() });
        builder.Map(pattern, http => runner.RunAsync(http, http.Request.Path, keepsRequestOpen: false, Refuse))
            .WithDisplayName("gRPC - unimplemented")
            .WithMetadata(new HttpMethodMetadata([HttpMethods.Post]))
            .Add(endpoint => ((RouteEndpointBuilder)endpoint).Order = int.MaxValue);
    }

    // Without the path: it is the client's text.
    private static Task Refuse(HttpContextServerCallContext call) =>
        throw new RpcException(new Status(StatusCode.Unimplemented, "This server doesn't have that service or method."));

    /// <summary>Leaves what isn't gRPC to the application's other routes.</summary>
    private sealed class GrpcRequestConstraint : IRouteConstraint
    {
        // HttpContext is null when a link is generated, which isn't what this route is for.
        public bool Match(
            HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
            WireNames.IsGrpc(httpContext?.Request.ContentType);
    }
}
