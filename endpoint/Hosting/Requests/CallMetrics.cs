using System.Diagnostics;
using System.Diagnostics.Metrics;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Onboarding.Plane.Telemetry;

namespace Onboarding.Endpoint.Hosting.Requests;

/// <summary>
/// Measures each call by OpenTelemetry's conventions for gRPC servers. The method's name is one that is served: gRPC answers others before this.
/// </summary>
internal sealed class CallMetrics(PlaneMetrics metrics, TimeProvider time) : Interceptor
{
    private readonly Histogram<double> _duration = metrics.Duration(MetricNames.CallDuration, "Time that a call of an agent took.");

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        MeasureAsync(context, () => continuation(request, context));

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        MeasureAsync(context, () => Void(continuation(request, responseStream, context)));

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        MeasureAsync(context, () => Void(continuation(requestStream, responseStream, context)));

    private static async Task<object?> Void(Task call)
    {
        await call;
        return null;
    }

    private async Task<T> MeasureAsync<T>(ServerCallContext context, Func<Task<T>> call)
    {
        long begun = time.GetTimestamp();
        StatusCode status = StatusCode.OK;
        try
        {
            return await call();
        }
        catch (Exception e)
        {
            status = e is RpcException answer ? answer.StatusCode
                : context.CancellationToken.IsCancellationRequested ? StatusCode.Cancelled
                : StatusCode.Internal;
            throw;
        }
        finally
        {
            _duration.Record(
                time.GetElapsedTime(begun).TotalSeconds,
                new TagList
                {
                    { "rpc.system.name", "grpc" },
                    { "rpc.method", context.Method.TrimStart('/') },
                    { "rpc.response.status_code", Name(status) },
                });
        }
    }

    // As the conventions write them: DEADLINE_EXCEEDED.
    private static string Name(StatusCode status) => status switch
    {
        StatusCode.OK => "OK",
        StatusCode.Cancelled => "CANCELLED",
        StatusCode.Unknown => "UNKNOWN",
        StatusCode.InvalidArgument => "INVALID_ARGUMENT",
        StatusCode.DeadlineExceeded => "DEADLINE_EXCEEDED",
        StatusCode.NotFound => "NOT_FOUND",
        StatusCode.AlreadyExists => "ALREADY_EXISTS",
        StatusCode.PermissionDenied => "PERMISSION_DENIED",
        StatusCode.ResourceExhausted => "RESOURCE_EXHAUSTED",
        StatusCode.FailedPrecondition => "FAILED_PRECONDITION",
        StatusCode.Aborted => "ABORTED",
        StatusCode.OutOfRange => "OUT_OF_RANGE",
        StatusCode.Unimplemented => "UNIMPLEMENTED",
        StatusCode.Unavailable => "UNAVAILABLE",
        StatusCode.DataLoss => "DATA_LOSS",
        StatusCode.Unauthenticated => "UNAUTHENTICATED",
        _ => "INTERNAL",
    };
}
