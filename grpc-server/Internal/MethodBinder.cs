using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Makes a request handler for each method of a service.</summary>
internal abstract class MethodBinder(CallRunner runner, IServiceSource? source) : ServiceBinderBase
{
    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
        Add(method, handler, static async (call, method, handler) =>
        {
            TRequest request = await call.ReadSingleAsync(method.RequestMarshaller);
            await call.WriteSingleAsync(method.ResponseMarshaller, await handler(request, call));
        });

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) =>
        Add(method, handler, static async (call, method, handler) =>
        {
            var requests = new ServerStreamReader<TRequest>(call, method.RequestMarshaller);
            await call.WriteSingleAsync(method.ResponseMarshaller, await handler(requests, call));
        });

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
        Add(method, handler, static async (call, method, handler) =>
        {
            TRequest request = await call.ReadSingleAsync(method.RequestMarshaller);
            await handler(request, new ServerStreamWriter<TResponse>(call, method.ResponseMarshaller), call);
        });

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
        Add(method, handler, static (call, method, handler) => handler(
            new ServerStreamReader<TRequest>(call, method.RequestMarshaller),
            new ServerStreamWriter<TResponse>(call, method.ResponseMarshaller),
            call));

    /// <summary>Takes a method's handler.</summary>
    protected abstract void Map(IMethod method, RequestDelegate handler);

    private void Add<TRequest, TResponse, THandler>(
        Method<TRequest, TResponse> method, THandler? handler, Func<HttpContextServerCallContext, Method<TRequest, TResponse>, THandler, Task> serve)
        where THandler : Delegate
    {
        Func<HttpContextServerCallContext, Task> run = handler is null
            ? call => ServeWithOwnServiceAsync(call, method, serve)
            : call => serve(call, method, handler);
        bool keepsRequestOpen = method.Type is MethodType.ClientStreaming or MethodType.DuplexStreaming;
        Map(method, http => runner.RunAsync(http, method.FullName, keepsRequestOpen, run));
    }

    private async Task ServeWithOwnServiceAsync<TRequest, TResponse, THandler>(
        HttpContextServerCallContext call,
        Method<TRequest, TResponse> method,
        Func<HttpContextServerCallContext, Method<TRequest, TResponse>, THandler, Task> serve)
        where THandler : Delegate
    {
        (THandler handler, object? toDispose) = MethodPicker.Pick<THandler>(source!, call.Http.RequestServices, method);
        try
        {
            await serve(call, method, handler);
        }
        finally
        {
            if (toDispose is IAsyncDisposable asynchronously)
            {
                await asynchronously.DisposeAsync();
            }
            else
            {
                (toDispose as IDisposable)?.Dispose();
            }
        }
    }
}
