using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Onboarding.Endpoint.Hosting.Requests;

/// <summary>Logs what a method throws that isn't an answer to its caller: a fault of the plane. The caller learns only that there was one.</summary>
internal sealed partial class MethodFaults(ILogger<MethodFaults> logger) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception e) when (IsFault(e, context))
        {
            throw Fault(e, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception e) when (IsFault(e, context))
        {
            throw Fault(e, context);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(requestStream, responseStream, context);
        }
        catch (Exception e) when (IsFault(e, context))
        {
            throw Fault(e, context);
        }
    }

    // What becomes of a method whose caller has hung up is no fault.
    private static bool IsFault(Exception exception, ServerCallContext context) =>
        exception is not (RpcException or IOException) && !context.CancellationToken.IsCancellationRequested;

    private RpcException Fault(Exception exception, ServerCallContext context)
    {
        LogFault(logger, exception, context.Method);
        return new RpcException(new Status(StatusCode.Internal, "The plane has a fault; its log has more."));
    }

    [LoggerMessage(4045, LogLevel.Error, "Method {Method} of the plane failed", EventName = "MethodFailed")]
    private static partial void LogFault(ILogger logger, Exception exception, string method);
}
