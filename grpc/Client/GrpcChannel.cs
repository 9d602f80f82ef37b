using System.Collections.Concurrent;
using System.Net;
using Grpc.Core;
using Grpc.Net.Client.Internal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Grpc.Net.Client;

/// <summary>
/// Calls to one server over HTTP/2. Connects with the first call, and again whenever that is needed; any number of
/// calls may run at once. Thread-safe.
/// </summary>
public sealed class GrpcChannel : ChannelBase, IDisposable
{
    private readonly ConcurrentDictionary<GrpcCall, byte> _calls = new();
    private readonly Uri _address;
    private volatile bool _disposed;

    private GrpcChannel(Uri address, GrpcChannelOptions options)
        : base(address.Authority)
    {
        _address = address;
        Options = options;
        Invoker = new HttpMessageInvoker(
            options.HttpHandler ?? CreateHandler(), disposeHandler: options.HttpHandler is null || options.DisposeHttpClient);
        Logger = (options.LoggerFactory ?? NullLoggerFactory.Instance).CreateLogger(typeof(GrpcChannel).FullName!);
    }

    internal GrpcChannelOptions Options { get; }

    internal HttpMessageInvoker Invoker { get; }

    internal ILogger Logger { get; }

    /// <summary>A channel to a server; nothing is connected yet.</summary>
    /// <param name="address"><c>https://host:port</c>, or <c>http://</c> for HTTP/2 without TLS.</param>
    /// <returns>The channel.</returns>
    public static GrpcChannel ForAddress(string address) => ForAddress(address, new GrpcChannelOptions());

    /// <summary>A channel to a server; nothing is connected yet.</summary>
    /// <param name="address"><c>https://host:port</c>, or <c>http://</c> for HTTP/2 without TLS.</param>
    /// <param name="channelOptions">How to call; not to be changed afterwards.</param>
    /// <returns>The channel.</returns>
    public static GrpcChannel ForAddress(string address, GrpcChannelOptions channelOptions) =>
        ForAddress(new Uri(address), channelOptions);

    /// <summary>A channel to a server; nothing is connected yet.</summary>
    /// <param name="address"><c>https://host:port</c>, or <c>http://</c> for HTTP/2 without TLS.</param>
    /// <returns>The channel.</returns>
    public static GrpcChannel ForAddress(Uri address) => ForAddress(address, new GrpcChannelOptions());

    /// <summary>A channel to a server; nothing is connected yet.</summary>
    /// <param name="address"><c>https://host:port</c>, or <c>http://</c> for HTTP/2 without TLS.</param>
    /// <param name="channelOptions">How to call; not to be changed afterwards.</param>
    /// <returns>The channel.</returns>
    /// <exception cref="ArgumentException">Another scheme.</exception>
    public static GrpcChannel ForAddress(Uri address, GrpcChannelOptions channelOptions)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(channelOptions);
        return address.IsAbsoluteUri && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp)
            ? new GrpcChannel(address, channelOptions)
            : throw new ArgumentException($"'{address}' isn't a server's address: it has to start with https:// or http://.", nameof(address));
    }

    /// <summary>
    /// The default handler: HTTP/2 pings every 30 s while a call is open, 10 s for their answer, so that a peer that
    /// vanished without a word fails the calls within 40 s; a second connection when the first has no free stream.
    /// </summary>
    /// <returns>A new handler, to be configured further.</returns>
    public static SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(20),
        EnableMultipleHttp2Connections = true,
        KeepAlivePingDelay = TimeSpan.FromSeconds(30),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
    };

    /// <inheritdoc />
    public override CallInvoker CreateCallInvoker()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new HttpClientCallInvoker(this);
    }

    /// <summary>Cancels all calls and closes the connections.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        foreach (GrpcCall call in _calls.Keys)
        {
            call.Dispose();
        }

        Invoker.Dispose();
    }

    internal Uri RequestUri(IMethod method) => new(_address, method.FullName);

    internal void Add(GrpcCall call)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _calls.TryAdd(call, 0);
    }

    internal void Remove(GrpcCall call) => _calls.TryRemove(call, out _);

    /// <inheritdoc />
    protected override Task ShutdownAsyncCore()
    {
        Dispose();
        return Task.CompletedTask;
    }
}
