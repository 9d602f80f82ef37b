using System.Net.Sockets;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Onboarding.Api.Configuration;
using Onboarding.Api.Rpc;
using Onboarding.Api.Rpc.Spiffe;
using Onboarding.Client.Credentials.Files;
using Onboarding.Client.Credentials.Platforms;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Credentials.Spiffe;

/// <summary>A JWT-SVID, made for the plane, of the SPIFFE agent on this machine (SPIFFE Workload API).</summary>
internal sealed class WorkloadApiCredentialSource(SpiffeSource settings, TimeProvider time) : ICredentialSource
{
    private const string Scheme = "unix://";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly string _socket = settings.WorkloadApi![Scheme.Length..];

    public string Name => $"SPIFFE Workload API {settings.WorkloadApi}";

    public async Task<Credential> GetAsync(CredentialRequest request, CancellationToken cancellationToken)
    {
        AcceptedTypes.Check<SpiffeJwtCredential>(request, "SVIDs", "spec.workloads.authentication.spiffe");
        using GrpcChannel channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions { HttpHandler = Handler() });
        var question = new JWTSVIDRequest { Audience = { request.Audience } };

        // The standard asks for it: a server that a browser was tricked into calling doesn't send it (no SSRF to the socket).
        var headers = new Metadata { { "workload.spiffe.io", "true" } };
        try
        {
            JWTSVIDResponse answer = await new SpiffeWorkloadAPI.SpiffeWorkloadAPIClient(channel).FetchJWTSVIDAsync(
                question, new CallOptions(headers, (time.GetUtcNow() + Patience).UtcDateTime, cancellationToken));
            string token = answer.Svids.FirstOrDefault()?.Svid ?? "";
            DateTimeOffset expiresAt = TokenLife.ExpiresAt(token)
                ?? throw Failed("it gave no JWT-SVID", null);
            return new Credential(Any.Pack(new SpiffeJwtCredential { Token = token }), expiresAt, Name);
        }
        catch (RpcException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Failed($"{e.StatusCode} {e.Status.Detail}", e);
        }
    }

    private SocketsHttpHandler Handler() => new()
    {
        UseProxy = false,
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(_socket), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    };

    private OnboardingException Failed(string why, Exception? inner) => new(
        ErrorIds.WorkloadApiFailed,
        $"The SPIFFE Workload API at {settings.WorkloadApi} failed: {why}.",
        $"spire-agent api fetch jwt -audience test -socketPath {_socket}; the agent needs a registration entry for this service",
        inner);
}
