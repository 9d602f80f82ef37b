using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Where the service of a call comes from.</summary>
internal interface IServiceSource
{
    /// <summary>Gets or makes the service and binds it.</summary>
    /// <param name="callServices">The call's services.</param>
    /// <param name="binder">Takes the methods.</param>
    /// <returns>What to dispose after the call, or null.</returns>
    object? Bind(IServiceProvider callServices, ServiceBinderBase binder);
}
