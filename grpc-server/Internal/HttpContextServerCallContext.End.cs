using System.Globalization;
using Grpc.Core;
using Grpc.Net.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// The end of a call. It may come from the method or from the deadline's timer, and the response isn't thread-safe: one
/// of them at a time holds the response, and the call ends once.
/// </summary>
internal sealed partial class HttpContextServerCallContext
{
    private const int NoError = 0x0;
    private const int Cancel = 0x8;

    private static readonly Status DeadlineExceeded = new(StatusCode.DeadlineExceeded, "The deadline passed.");

    private readonly Lock _lock = new();
    private bool _responseInUse;
    private bool _ended;
    private bool _deadlineWaits;
    private bool _disposed;

    /// <summary>Ends the call when its method has returned or thrown.</summary>
    public async Task FinishAsync(Status status, Metadata? trailers)
    {
        lock (_lock)
        {
            if (_ended)
            {
                return;
            }

            _ended = true;
        }

        _deadlineTimer?.Dispose();
        if (_deadline != DateTime.MaxValue && _time.GetUtcNow().UtcDateTime >= _deadline)
        {
            status = DeadlineExceeded;
        }

        WriteStatus(status, trailers);
        await Http.Response.CompleteAsync();
    }

    private void DeadlinePassed()
    {
        lock (_lock)
        {
            if (_ended || _disposed)
            {
                return;
            }

            _ended = true;
            if (_responseInUse)
            {
                _deadlineWaits = true;
            }
        }

        if (!_deadlineWaits)
        {
            _ = EndByDeadlineAsync();
        }

        // Wakes the write that holds the response, which then ends the call; and the method, which should stop.
        CancelMethod();
    }

    /// <summary>Answers for a method that may not even look at its token.</summary>
    private async Task EndByDeadlineAsync()
    {
        try
        {
            WriteStatus(DeadlineExceeded, null);
            await Http.Response.CompleteAsync();

            // The response is whole; this only asks the client to stop sending.
            Reset(NoError);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or ObjectDisposedException or OperationCanceledException)
        {
            Reset(Cancel);
        }
    }

    private void CancelMethod()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }
        }

        try
        {
            _cancel.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The method returned in this very moment.
        }
    }

    private void EnterResponse()
    {
        lock (_lock)
        {
            if (_ended)
            {
                _cancelled.ThrowIfCancellationRequested();
                throw new InvalidOperationException("The call has ended; nothing can be written any more.");
            }

            if (_responseInUse)
            {
                throw new InvalidOperationException("The previous write isn't finished.");
            }

            _responseInUse = true;
        }
    }

    private async ValueTask LeaveResponseAsync()
    {
        bool deadlineWaits;
        lock (_lock)
        {
            _responseInUse = false;
            deadlineWaits = _deadlineWaits;
            _deadlineWaits = false;
        }

        if (deadlineWaits)
        {
            await EndByDeadlineAsync();
        }
    }

    private void Reset(int errorCode) => Http.Features.Get<IHttpResetFeature>()?.Reset(errorCode);

    private void WriteStatus(Status status, Metadata? trailers)
    {
        // Where nothing was sent, headers and trailers are one block (Trailers-Only).
        Action<string, string> append = Http.Response.HasStarted || HasUnsentMessage
            ? (name, value) => Http.Response.AppendTrailer(name, value)
            : (name, value) => Http.Response.Headers.Append(name, value);
        append(WireNames.Status, ((int)status.StatusCode).ToString(CultureInfo.InvariantCulture));
        if (status.Detail.Length > 0)
        {
            append(WireNames.Message, PercentEncoding.Encode(status.Detail));
        }

        RequestMetadata.Write(_responseTrailers, append);
        if (!ReferenceEquals(trailers, _responseTrailers))
        {
            RequestMetadata.Write(trailers, append);
        }
    }

    private bool HasUnsentMessage => Http.Response.BodyWriter is { CanGetUnflushedBytes: true, UnflushedBytes: > 0 };
}
