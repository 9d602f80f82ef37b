using System.IO.Pipelines;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Onboarding.Endpoint.Hosting.Requests;

/// <summary>
/// A request's body that must be there in time. Attack: headers alone, or bytes that come just faster than Kestrel's minimum rate, would
/// hold a call open for as long as the caller likes. The call ends, and only this one: Kestrel's rate cuts the whole connection.
/// </summary>
internal sealed class ArrivingRequest(PipeReader body, TimeSpan timeout, TimeProvider clock) : PipeReader, IRequestBodyPipeFeature, IDisposable
{
    private readonly CancellationTokenSource _late = new(timeout, clock);

    public PipeReader Reader => this;

    /// <exception cref="RpcException">The rest of the body didn't come in time, or too slowly.</exception>
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(static reader => ((PipeReader)reader!).CancelPendingRead(), body);
        try
        {
            return await body.ReadAsync(_late.Token);
        }
        catch (OperationCanceledException) when (_late.IsCancellationRequested)
        {
            throw Late($"The request didn't arrive within {timeout.TotalSeconds} s.");
        }
        catch (BadHttpRequestException)
        {
            throw Late("The request arrived too slowly.");
        }
    }

    public override bool TryRead(out ReadResult result) => body.TryRead(out result);

    public override void AdvanceTo(SequencePosition consumed) => body.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => body.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => body.CancelPendingRead();

    public override void Complete(Exception? exception = null) => body.Complete(exception);

    public void Dispose() => _late.Dispose();

    private static RpcException Late(string message) => new(new Status(StatusCode.DeadlineExceeded, message));
}
