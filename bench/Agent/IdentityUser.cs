using System.Net.Sockets;
using Envoy.Service.Discovery.V3;
using Envoy.Service.Secret.V3;
using Grpc.Core;
using Grpc.Net.Client;
using Onboarding.Api.Rpc.Spiffe;

namespace Onboarding.Bench.Agent;

/// <summary>A program on the machine that is given its identity, and holds its streams open.</summary>
internal sealed class IdentityUser : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly GrpcChannel _channel;
    private readonly List<IDisposable> _streams = [];

    public IdentityUser(string socket) => _channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
    {
        DisposeHttpClient = true,
        HttpHandler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, cancel) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancel);
                return new NetworkStream(connection, ownsSocket: true);
            },
        },
    });

    /// <summary>Follows the machine's X.509-SVID.</summary>
    public async Task FetchSvidAsync()
    {
        AsyncServerStreamingCall<X509SVIDResponse> call = new SpiffeWorkloadAPI.SpiffeWorkloadAPIClient(_channel).FetchX509SVID(
            new X509SVIDRequest(), new Metadata { { "workload.spiffe.io", "true" } });
        _streams.Add(call);
        await NextAsync(call.ResponseStream);
    }

    /// <summary>Follows it as a proxy does.</summary>
    public async Task FetchSecretsAsync()
    {
        AsyncDuplexStreamingCall<DiscoveryRequest, DiscoveryResponse> call = new SecretDiscoveryService.SecretDiscoveryServiceClient(_channel).StreamSecrets();
        _streams.Add(call);
        await call.RequestStream.WriteAsync(new DiscoveryRequest { ResourceNames = { "default", "ROOTCA" } });
        await NextAsync(call.ResponseStream);
    }

    public void Dispose()
    {
        _streams.ForEach(s => s.Dispose());
        _channel.Dispose();
    }

    private static async Task NextAsync<T>(IAsyncStreamReader<T> stream)
    {
        using var patience = new CancellationTokenSource(Patience);
        await stream.MoveNext(patience.Token);
    }
}
