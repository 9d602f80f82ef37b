using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Net.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>
/// The life of one call, apart from its messages. It ends once, in <see cref="Finish"/>: by the server's trailers, a
/// failure of the transport, the deadline, the caller's token or dispose, whichever is first.
/// </summary>
internal abstract partial class GrpcCall : IDisposable
{
    private readonly CancellationTokenSource _cancel = new();
    private readonly TaskCompletionSource<Metadata> _headers = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<CallOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly GrpcChannel _channel;
    private readonly IMethod _method;
    private readonly string? _host;
    private readonly CallOptions _options;
    private DeadlineTimer? _deadline;
    private CancellationTokenRegistration _callersToken;
    private HttpContent? _content;
    private HttpResponseMessage? _response;

    protected GrpcCall(GrpcChannel channel, IMethod method, string? host, CallOptions options)
    {
        ThrowIfReserved(options.Headers);
        _channel = channel;
        _method = method;
        _host = host;
        _options = options;
        channel.Add(this);
        Observe(_headers.Task);
    }

    public Task<Metadata> ResponseHeaders => _headers.Task;

    /// <summary>How the call ended; null while it runs.</summary>
    public CallOutcome? Outcome => _outcome.Task.IsCompletedSuccessfully ? _outcome.Task.Result : null;

    public CancellationToken Cancelled => _cancel.Token;

    protected GrpcChannelOptions ChannelOptions => _channel.Options;

    protected WriteOptions? WriteOptions => _options.WriteOptions;

    /// <summary>Done when response headers came or the call ended; never fails.</summary>
    protected Task Ready { get; private set; } = Task.CompletedTask;

    /// <summary>The response's messages, once <see cref="Ready"/>.</summary>
    protected MessageReader? Messages { get; private set; }

    public Status GetStatus() => (Outcome ?? throw NotEnded()).Status;

    public Metadata GetTrailers() => (Outcome ?? throw NotEnded()).Trailers;

    public void Dispose() => Finish(new Status(StatusCode.Cancelled, "The call was disposed before its end."));

    public void CancelByCaller() => Finish(new Status(StatusCode.Cancelled, "The call was cancelled by the client."));

    /// <summary>Ends the call for what the transport did.</summary>
    public CallOutcome Fail(Exception exception)
    {
        Status status = TransportStatus.From(exception);

        // Both sides measure the deadline. If the server resets the stream a moment before our own timer fires, that is
        // still the deadline.
        bool late = status.StatusCode == StatusCode.Cancelled && exception is not OperationCanceledException && DeadlinePassed();
        return Finish(late ? DeadlineExceeded() : status);
    }

    public CallOutcome Finish(Status status, Metadata? trailers = null)
    {
        var outcome = new CallOutcome(status, (trailers ?? []).Freeze());
        if (!_outcome.TrySetResult(outcome))
        {
            return _outcome.Task.Result;
        }

        Log.CallEnded(_channel.Logger, _method.FullName, status.StatusCode, status.Detail, status.DebugException);
        _channel.Remove(this);
        _deadline?.Dispose();
        _callersToken.Unregister();
        _ = status.StatusCode == StatusCode.OK ? _headers.TrySetResult([]) : _headers.TrySetException(outcome.ToException());
        End(_content, trailers is not null);
        _response?.Dispose();
        return outcome;
    }

    /// <summary>Ends the call by the trailers that followed the last message.</summary>
    public CallOutcome FinishByTrailers()
    {
        HttpResponseHeaders trailers = _response!.TrailingHeaders;
        Status? status = ResponseStatus.From(ResponseHeaderReader.First(trailers, WireNames.Status), ResponseHeaderReader.First(trailers, WireNames.Message));
        return Finish(
            status ?? new Status(StatusCode.Unknown, "The response ended without a grpc-status."), ResponseHeaderReader.Read(trailers));
    }

    protected void Start(HttpContent content)
    {
        _content = content;
        Log.CallStarted(_channel.Logger, _method.FullName);
        Ready = SendAsync(content);
    }

    private static InvalidOperationException NotEnded() => new("The call hasn't ended.");

    private static Status DeadlineExceeded() => new(StatusCode.DeadlineExceeded, "The deadline passed.");

    private static void Observe(Task task) => task.ContinueWith(
        static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    private static void ThrowIfReserved(Metadata? headers)
    {
        if (headers?.FirstOrDefault(e => MetadataHeaders.IsReserved(e.Key)) is { } entry)
        {
            throw new ArgumentException($"'{entry.Key}' belongs to the protocol and can't be sent as metadata.");
        }
    }

    private void End(HttpContent? content, bool byServer)
    {
        var stream = content as StreamingContent;
        if (!byServer)
        {
            stream?.Abort();
            _cancel.Cancel();
        }
        else if (stream is not null && !stream.IsComplete)
        {
            // The server has answered, so nobody reads the rest of the request. A write may be waiting for the peer's
            // flow-control window; it would wait for ever.
            stream.Complete();
            _cancel.Cancel();
        }
    }

    private bool DeadlinePassed() => _options.Deadline is { } deadline && TimeLeft(deadline) <= TimeSpan.FromMilliseconds(50);

    private TimeSpan TimeLeft(DateTime deadline) =>
        deadline == DateTime.MaxValue ? TimeSpan.MaxValue : deadline.ToUniversalTime() - ChannelOptions.TimeProvider.GetUtcNow().UtcDateTime;

    private async Task SendAsync(HttpContent content)
    {
        try
        {
            using HttpRequestMessage request = CreateRequest(content);
            if (!StartClocks(request))
            {
                return;
            }

            HttpResponseMessage response = await _channel.Invoker.SendAsync(request, _cancel.Token);
            _response = response;
            if (Outcome is not null)
            {
                response.Dispose();
                return;
            }

            await ReceiveAsync(response);
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    private HttpRequestMessage CreateRequest(HttpContent content)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _channel.RequestUri(_method))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        request.Headers.Host = _host;
        request.Headers.TryAddWithoutValidation("te", "trailers");
        request.Headers.TryAddWithoutValidation("user-agent", UserAgent.Value);
        request.Headers.TryAddWithoutValidation(WireNames.AcceptEncoding, WireNames.AcceptedEncodings);
        foreach (Metadata.Entry entry in _options.Headers ?? Metadata.Empty)
        {
            request.Headers.TryAddWithoutValidation(entry.Key, MetadataHeaders.Encode(entry));
        }

        return request;
    }

    /// <summary>Watches the deadline and the caller's token.</summary>
    /// <returns>False if the call is over before it began.</returns>
    private bool StartClocks(HttpRequestMessage request)
    {
        if (_options.Deadline is { } deadline && TimeLeft(deadline) is var left && left != TimeSpan.MaxValue)
        {
            if (left <= TimeSpan.Zero)
            {
                Finish(DeadlineExceeded());
                return false;
            }

            request.Headers.TryAddWithoutValidation(WireNames.Timeout, TimeoutHeader.Format(left));
            _deadline = new DeadlineTimer(ChannelOptions.TimeProvider, left, () => Finish(DeadlineExceeded()));
        }

        _callersToken = _options.CancellationToken.UnsafeRegister(static call => ((GrpcCall)call!).CancelByCaller(), this);
        if (Outcome is null)
        {
            return true;
        }

        // The call ended while it was being registered: nobody else gives the registration back.
        _callersToken.Unregister();
        return false;
    }
}
