using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Onboarding.Bench.Joins;

namespace Onboarding.Bench.Strangers;

/// <summary>One address that opens connections and proves nothing on them. It holds the latest ones, and opens more until it is told to stop.</summary>
internal sealed class StrangerFlood(EndpointProcess endpoint, IPAddress from, StrangerBenchmarkOptions options) : IAsyncDisposable
{
    public const string Silent = "silent";
    public const string Hello = "hello";
    public const string Preface = "preface";
    public const string Watch = "watch";
    private const int AtATime = 64;

    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<IDisposable> _held = new();
    private Task _dialing = Task.CompletedTask;
    private int _dialed;

    public static IReadOnlyList<string> Kinds { get; } = [Silent, Hello, Preface, Watch];

    /// <summary>Connections so far.</summary>
    public int Dialed => Volatile.Read(ref _dialed);

    /// <summary>Begins; complete once it has opened as many as it was told.</summary>
    public Task BeginAsync()
    {
        _dialing = Task.WhenAll(Enumerable.Range(0, AtATime).Select(_ => Task.Run(DialAllAsync)));
        return _all.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _dialing;
        while (_held.TryDequeue(out IDisposable? connection))
        {
            connection.Dispose();
        }

        _stop.Dispose();
    }

    private async Task DialAllAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            int number = Interlocked.Increment(ref _dialed);
            try
            {
                await DialAsync(options.Kind ?? Kinds[number % Kinds.Count]);
            }
            catch (Exception e) when (e is IOException or SocketException or RpcException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
            {
                // Closed for others, or refused.
            }

            if (number >= options.Count)
            {
                _all.TrySetResult();
            }
        }
    }

    private async Task DialAsync(string kind)
    {
        if (kind == Watch)
        {
            GrpcChannel channel = endpoint.Dial(from);
            Hold(channel);
            AsyncServerStreamingCall<HealthCheckResponse> watch = new Health.HealthClient(channel).Watch(new HealthCheckRequest(), cancellationToken: _stop.Token);
            await watch.ResponseStream.MoveNext(_stop.Token);
            return;
        }

        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Hold(socket);
        socket.Bind(new IPEndPoint(from, 0));
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, endpoint.Address.Port), _stop.Token);
        if (kind == Hello)
        {
            await socket.SendAsync(new byte[] { 0x16, 3, 1, 2, 0, 1 }, _stop.Token);
        }
        else if (kind == Preface)
        {
            var tls = new SslStream(new NetworkStream(socket, ownsSocket: false));
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "localhost",
                    ApplicationProtocols = [SslApplicationProtocol.Http2],
#pragma warning disable CA5359 // an attacker doesn't care whom it attacks
                    RemoteCertificateValidationCallback = (_, _, _, _) => true,
#pragma warning restore CA5359
                },
                _stop.Token);
        }
    }

    // As many as a process may have; what the endpoint has closed is among them.
    private void Hold(IDisposable connection)
    {
        IDisposable? oldest = null;
        lock (_held)
        {
            _held.Enqueue(connection);
            if (_held.Count > Math.Min(options.Count, 14_000))
            {
                oldest = _held.Dequeue();
            }
        }

        oldest?.Dispose();
    }
}
