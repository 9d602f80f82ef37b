using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.AspNetCore.Server.Internal;
using Grpc.Core;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps gRPC services.</summary>
public static class GrpcEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps a service whose instance comes, for each call, from the call's services: as it is registered, else a new one.
    /// </summary>
    /// <typeparam name="TService">The service; derives from a generated base class.</typeparam>
    /// <param name="builder">The routes.</param>
    /// <returns>For conventions.</returns>
    /// <exception cref="InvalidOperationException">Not a generated service, or <c>AddGrpc</c> wasn't called.</exception>
    public static GrpcServiceEndpointConventionBuilder MapGrpcService<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TService>(this IEndpointRouteBuilder builder)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        Action<ServiceBinderBase, TService?> bind = BindMethod<TService>();
        ObjectFactory<TService> create = ActivatorUtilities.CreateFactory<TService>([]);
        var source = new ServicePerCall<TService>(bind, create);
        return Map(builder, new RouteBinder(builder, Runner(builder), source), binder => bind(binder, null));
    }

    /// <summary>Maps one instance of a service: <c>MapGrpcService(Greeter.BindService(instance))</c>.</summary>
    /// <param name="builder">The routes.</param>
    /// <param name="serviceDefinition">The generated <c>BindService</c> applied to the instance.</param>
    /// <returns>For conventions.</returns>
    /// <exception cref="InvalidOperationException"><c>AddGrpc</c> wasn't called.</exception>
    public static GrpcServiceEndpointConventionBuilder MapGrpcService(
        this IEndpointRouteBuilder builder, ServerServiceDefinition serviceDefinition)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(serviceDefinition);
        return Map(builder, new RouteBinder(builder, Runner(builder), null), serviceDefinition.BindService);
    }

    private static GrpcServiceEndpointConventionBuilder Map(
        IEndpointRouteBuilder builder, RouteBinder binder, Action<ServiceBinderBase> bind)
    {
        bind(binder);
        UnimplementedRoute.Map(builder, Runner(builder));
        return new GrpcServiceEndpointConventionBuilder(binder.Routes);
    }

    private static CallRunner Runner(IEndpointRouteBuilder builder) =>
        builder.ServiceProvider.GetService<CallRunner>() ?? throw new InvalidOperationException(
            "MapGrpcService needs what AddGrpc adds: call services.AddGrpc() where the application's services are configured.");

    [UnconditionalSuppressMessage(
        "Trimming", "IL2075", Justification = "The attribute that names the method is on a base class of the service, whose calls use it.")]
    private static Action<ServiceBinderBase, TService?> BindMethod<TService>()
        where TService : class
    {
        for (Type? type = typeof(TService); type is not null; type = type.BaseType)
        {
            if (type.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false) is { } attribute)
            {
                return attribute.BindType
                           .GetMethod(
                               attribute.BindMethodName,
                               BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static,
                               [typeof(ServiceBinderBase), type])
                           ?.CreateDelegate<Action<ServiceBinderBase, TService?>>()
                       ?? throw new InvalidOperationException(
                           $"{attribute.BindType} has no method {attribute.BindMethodName}({nameof(ServiceBinderBase)}, {type.Name}).");
            }
        }

        throw new InvalidOperationException(
            $"{typeof(TService)} isn't a gRPC service: it has to derive from a base class that the gRPC compiler plugin generated.");
    }
}
