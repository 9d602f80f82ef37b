using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Onboarding.AgentHost.Control;

/// <summary>
/// Takes the request handlers of gRPC services as gRPC maps them, by the method's path. ASP.NET Core's routing would do the same look-up
/// with a state machine of its own, which a socket with few services doesn't need in memory.
/// </summary>
internal sealed class GrpcMethods : IEndpointRouteBuilder
{
    private GrpcMethods(IServiceProvider services) => ServiceProvider = services;

    public IServiceProvider ServiceProvider { get; }

    public ICollection<EndpointDataSource> DataSources { get; } = [];

    /// <summary>The handlers of the services' methods.</summary>
    /// <param name="offered">The services.</param>
    /// <param name="services">What <c>AddGrpc</c> registered.</param>
    public static IReadOnlyDictionary<string, RequestDelegate> CreateHandlers(IEnumerable<ServerServiceDefinition> offered, IServiceProvider services)
    {
        var routes = new GrpcMethods(services);
        foreach (ServerServiceDefinition service in offered)
        {
            routes.MapGrpcService(service);
        }

        return routes.DataSources
            .SelectMany(source => source.Endpoints)
            .Where(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>() is not null)
            .ToDictionary(
                endpoint => endpoint.Metadata.GetRequiredMetadata<GrpcMethodMetadata>().Method.FullName,
                endpoint => endpoint.RequestDelegate!,
                StringComparer.Ordinal);
    }

    public IApplicationBuilder CreateApplicationBuilder() => new ApplicationBuilder(ServiceProvider);
}
