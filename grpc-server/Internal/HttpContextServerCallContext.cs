using Grpc.Core;
using Grpc.Net.Wire;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>A call as an HTTP request: what the method sees of it. Messages and the end are in the other parts.</summary>
internal sealed partial class HttpContextServerCallContext : ServerCallContext, IDisposable
{
    private readonly string _method;
    private readonly GrpcServiceOptions _options;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _cancel = new();
    private readonly CancellationToken _cancelled;
    private CancellationTokenRegistration _aborted;
    private Metadata _requestHeaders = Metadata.Empty;
    private Metadata? _responseTrailers;
    private DateTime _deadline = DateTime.MaxValue;
    private DeadlineTimer? _deadlineTimer;

    public HttpContextServerCallContext(HttpContext http, string method, GrpcServiceOptions options, TimeProvider time)
    {
        Http = http;
        _method = method;
        _options = options;
        _time = time;
        _cancelled = _cancel.Token;
    }

    public HttpContext Http { get; }

    protected override string MethodCore => _method;

    protected override string HostCore => Http.Request.Host.Value ?? "";

    protected override string PeerCore => Http.Connection.RemoteIpAddress switch
    {
        null => "unknown",
        { AddressFamily: System.Net.Sockets.AddressFamily.InterNetworkV6 } v6 => $"ipv6:[{v6}]:{Http.Connection.RemotePort}",
        var v4 => $"ipv4:{v4}:{Http.Connection.RemotePort}",
    };

    protected override DateTime DeadlineCore => _deadline;

    protected override Metadata RequestHeadersCore => _requestHeaders;

    protected override CancellationToken CancellationTokenCore => _cancelled;

    protected override Metadata ResponseTrailersCore => _responseTrailers ??= [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    /// <summary>Reads the request headers and starts the clocks.</summary>
    /// <exception cref="RpcException">The headers aren't acceptable.</exception>
    public void Begin()
    {
        Http.Response.ContentType = WireNames.ContentType;
        string encoding = RequestEncoding();
        _requestHeaders = RequestMetadata.Read(Http.Request.Headers, _options.MaxMetadataSize);
        _messages = new MessageReader(Http.Request.BodyReader, encoding == WireNames.Gzip, _options.MaxReceiveMessageSize);
        _aborted = Http.RequestAborted.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _cancel);
        StartDeadline();
    }

    public void Dispose()
    {
        _deadlineTimer?.Dispose();
        _aborted.Dispose();
        lock (_lock)
        {
            _disposed = true;
        }

        _cancel.Dispose();
    }

    private string RequestEncoding()
    {
        string? encoding = Http.Request.Headers[WireNames.Encoding];
        if (encoding is null or WireNames.Identity or WireNames.Gzip)
        {
            return encoding ?? WireNames.Identity;
        }

        Http.Response.Headers[WireNames.AcceptEncoding] = WireNames.AcceptedEncodings;
        throw new RpcException(new Status(
            StatusCode.Unimplemented, $"The encoding isn't supported; this server accepts {WireNames.AcceptedEncodings}."));
    }

    private void StartDeadline()
    {
        string? header = Http.Request.Headers[WireNames.Timeout];
        if (header is null)
        {
            return;
        }

        if (!TimeoutHeader.TryParse(header, out TimeSpan timeout))
        {
            throw WireErrors.Broken($"the {WireNames.Timeout} header can't be read");
        }

        _deadline = (_time.GetUtcNow() + timeout).UtcDateTime;
        _deadlineTimer = new DeadlineTimer(_time, timeout, DeadlinePassed);
    }
}
