using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Makes a route for each method of a service.</summary>
internal sealed class RouteBinder(IEndpointRouteBuilder builder, CallRunner runner, IServiceSource? source) : MethodBinder(runner, source)
{
    private readonly List<IEndpointConventionBuilder> _routes = [];

    public IReadOnlyList<IEndpointConventionBuilder> Routes => _routes;

    protected override void Map(IMethod method, RequestDelegate handler) =>
        _routes.Add(builder.MapPost(method.FullName, handler).WithDisplayName($"gRPC - {method.FullName}").WithMetadata(method));
}
