using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Onboarding.AgentHost.Control;

/// <summary>
/// gRPC services on one Unix socket. Only the socket exists until the first peer connects: an agent that no one talks to never loads
/// Kestrel and gRPC's server, which would cost it memory and start-up time.
/// </summary>
internal sealed partial class UnixSocketServer : IAsyncDisposable
{
    // Many programs start with the machine; one that finds no place is told EAGAIN, and few try again.
    private const int Backlog = 128;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private readonly Socket _listener;
    private readonly string _path;
    private readonly SocketOffer _offer;
    private readonly ILoggerFactory _loggers;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _accepting;
    private SocketServer? _server;

    private UnixSocketServer(Socket listener, string path, SocketOffer offer, ILoggerFactory loggers)
    {
        (_listener, _path, _offer, _loggers) = (listener, path, offer, loggers);
        _accepting = AcceptAsync();
    }

    /// <summary>Starts it.</summary>
    /// <param name="path">The socket; there must be nothing yet.</param>
    /// <param name="offer">What it serves, and to whom.</param>
    /// <param name="prepare">Called with the path once the socket is bound and before a peer can connect: sets owner and mode.</param>
    /// <param name="loggers">Where to log.</param>
    /// <exception cref="SocketException">The socket can't be bound.</exception>
    public static UnixSocketServer Start(string path, SocketOffer offer, Action<string> prepare, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(offer);
        ArgumentNullException.ThrowIfNull(prepare);
        ArgumentNullException.ThrowIfNull(loggers);
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            listener.Bind(new UnixDomainSocketEndPoint(path));
            // Before listen(2): until then every connect is refused.
            prepare(path);
            listener.Listen(Backlog);
            return new UnixSocketServer(listener, path, offer, loggers);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    /// <summary>Ends all calls and stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Dispose();
        await _accepting;
        if (_server is { } server)
        {
            await server.DisposeAsync();
        }

        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        ILogger logger = _loggers.CreateLogger<UnixSocketServer>();
        while (!_ending.IsCancellationRequested)
        {
            Socket? peer = null;
            try
            {
                peer = await _listener.AcceptAsync(_ending.Token);
                _server ??= await StartServerAsync();
                _server.Take(peer);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException || _ending.IsCancellationRequested)
            {
                peer?.Dispose();
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                // A peer that opens more connections than this process may have files must not end the socket for all others.
                peer?.Dispose();
                LogNotAccepted(logger, _path, e.Message);
                await Task.Delay(Pause, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<SocketServer> StartServerAsync()
    {
        SocketServer server = await SocketServer.StartAsync(_path, _offer, _ending.Token);
        _offer.Started?.Invoke();
        return server;
    }

    [LoggerMessage(6012, LogLevel.Warning, "{Path}: could not accept a connection: {Why}", EventName = "ConnectionNotAccepted")]
    private static partial void LogNotAccepted(ILogger logger, string path, string why);
}
