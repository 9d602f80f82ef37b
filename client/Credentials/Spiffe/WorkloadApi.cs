using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using Onboarding.Api.Rpc.Spiffe;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Credentials.Spiffe;

/// <summary>The way to the SPIFFE agent on this machine: a Unix socket, whose other end finds out by itself who is calling.</summary>
internal sealed class WorkloadApi(string socket, TimeProvider time)
{
    private const string Scheme = "unix://";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // The standard asks for it: a server that a browser was tricked into calling doesn't send it (no SSRF to the socket).
    private static readonly Metadata Headers = new() { { "workload.spiffe.io", "true" } };
    private readonly string _path = socket[Scheme.Length..];

    /// <summary>Asks it.</summary>
    /// <param name="call">The call; the options are those to make it with.</param>
    /// <param name="fetch">What <c>spire-agent api fetch</c> is given to ask the same.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="OnboardingException"><see cref="ErrorIds.WorkloadApiFailed"/>.</exception>
    public async Task<T> AskAsync<T>(
        Func<SpiffeWorkloadAPI.SpiffeWorkloadAPIClient, CallOptions, Task<T>> call, string fetch, CancellationToken cancellationToken)
    {
        using GrpcChannel channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions { HttpHandler = Handler(), DisposeHttpClient = true, CompressionProviders = [] });
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            return await call(new SpiffeWorkloadAPI.SpiffeWorkloadAPIClient(channel), new CallOptions(Headers, cancellationToken: either.Token));
        }
        catch (RpcException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Failed(patience.IsCancellationRequested ? $"no answer within {Patience.TotalSeconds} s" : Why(e), fetch, e);
        }
    }

    /// <summary>It answered, and what it said can't be used.</summary>
    public OnboardingException Failed(string why, string fetch, Exception? inner = null) => new(
        ErrorIds.WorkloadApiFailed,
        $"The SPIFFE Workload API at {socket} failed: {why}.",
        $"spire-agent api fetch {fetch} -socketPath {_path}; the agent needs a registration entry for this service",
        inner);

    // What the library says of a broken connection is about the library.
    private static string Why(RpcException failure) => failure.Status.DebugException is { } cause
        ? cause.GetBaseException() is SocketException socket ? socket.Message : "the connection broke"
        : $"{failure.StatusCode} {failure.Status.Detail}";

    private SocketsHttpHandler Handler() => new()
    {
        UseProxy = false,
        ConnectCallback = async (_, cancellationToken) =>
        {
            var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(_path), cancellationToken);
                return new NetworkStream(connection, ownsSocket: true);
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        },
    };
}
