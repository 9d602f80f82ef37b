using Grpc.AspNetCore.Server;
using Grpc.AspNetCore.Server.Internal;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds gRPC to an application.</summary>
public static class GrpcServicesExtensions
{
    /// <summary>Adds what <c>MapGrpcService</c> needs.</summary>
    /// <param name="services">The application's services.</param>
    /// <returns>The builder.</returns>
    public static IGrpcServerBuilder AddGrpc(this IServiceCollection services) => services.AddGrpc(static _ => { });

    /// <summary>Adds what <c>MapGrpcService</c> needs.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configureOptions">How to serve calls.</param>
    /// <returns>The builder.</returns>
    public static IGrpcServerBuilder AddGrpc(this IServiceCollection services, Action<GrpcServiceOptions> configureOptions)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddRouting();
        services.Configure(configureOptions);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<CallRunner>();
        return new GrpcServerBuilder(services);
    }
}
