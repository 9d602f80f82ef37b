using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Takes, out of all methods of a service, the handler of one.</summary>
internal sealed class MethodPicker(IMethod wanted) : ServiceBinderBase
{
    private Delegate? _handler;

    public static (THandler Handler, object? ToDispose) Pick<THandler>(IServiceSource source, IServiceProvider callServices, IMethod method)
        where THandler : Delegate
    {
        var picker = new MethodPicker(method);
        object? service = source.Bind(callServices, picker);
        return ((THandler)picker._handler!, service);
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) => Take(method, handler);

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) => Take(method, handler);

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) => Take(method, handler);

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) => Take(method, handler);

    private void Take(IMethod method, Delegate? handler)
    {
        if (method.FullName == wanted.FullName)
        {
            _handler = handler;
        }
    }
}
