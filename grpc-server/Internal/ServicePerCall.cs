using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>The service as it is registered, else a new one for each call.</summary>
internal sealed class ServicePerCall<TService>(Action<ServiceBinderBase, TService?> bind, ObjectFactory<TService> create) : IServiceSource
    where TService : class
{
    public object? Bind(IServiceProvider callServices, ServiceBinderBase binder)
    {
        TService? registered = callServices.GetService<TService>();
        TService service = registered ?? create(callServices, null);
        bind(binder, service);
        return registered is null ? service : null;
    }
}
