using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Makes a route for each method of a service.</summary>
internal sealed class RouteBinder(IEndpointRouteBuilder builder, CallRunner runner, IServiceSource? source) : ServiceBinderBase
{
    private readonly List<IEndpointConventionBuilder> _routes = [];

    public IReadOnlyList<IEndpointConventionBuilder> Routes => _routes;

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

    private void Add<TRequest, TResponse, THandler>(
        Method<TRequest, TResponse> method, THandler? handler, Func<HttpContextServerCallContext, Method<TRequest, TResponse>, THandler, Task> serve)
        where THandler : Delegate
    {
        Func<HttpContextServerCallContext, Task> run = handler is null
            ? call => ServeWithOwnServiceAsync(call, method, serve)
            : call => serve(call, method, handler);
        bool keepsRequestOpen = method.Type is MethodType.ClientStreaming or MethodType.DuplexStreaming;
        RequestDelegate endpoint = http => runner.RunAsync(http, method.FullName, keepsRequestOpen, run);
        _routes.Add(builder.MapPost(method.FullName, endpoint).WithDisplayName($"gRPC - {method.FullName}").WithMetadata(method));
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
