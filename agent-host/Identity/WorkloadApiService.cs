using Google.Protobuf;
using Grpc.Core;
using Onboarding.Api.Rpc.Spiffe;
using Onboarding.Client.Identity;

namespace Onboarding.AgentHost.Identity;

/// <summary>The X.509 part of the SPIFFE Workload API. The mesh's authority makes no JWT-SVIDs: those methods are Unimplemented.</summary>
internal sealed class WorkloadApiService(MachineIdentity identity) : SpiffeWorkloadAPI.SpiffeWorkloadAPIBase
{
    public override Task FetchX509SVID(X509SVIDRequest request, IServerStreamWriter<X509SVIDResponse> responseStream, ServerCallContext context) =>
        FollowAsync(ToSvid, responseStream, context);

    public override Task FetchX509Bundles(
        X509BundlesRequest request, IServerStreamWriter<X509BundlesResponse> responseStream, ServerCallContext context) =>
        FollowAsync(ToBundles, responseStream, context);

    /// <summary>What a caller is told while there is no identity, and when there isn't one any more.</summary>
    public static RpcException NoIdentity() => new(new Status(
        StatusCode.PermissionDenied, "This machine has no identity in the mesh now. Next: onboarding-agent status"));

    private async Task FollowAsync<T>(Func<MeshSvid, T> message, IServerStreamWriter<T> answers, ServerCallContext context)
    {
        await foreach (MeshSvid? svid in identity.WatchAsync(context.CancellationToken))
        {
            await answers.WriteAsync(message(svid ?? throw NoIdentity()), context.CancellationToken);
        }
    }

    private static X509SVIDResponse ToSvid(MeshSvid svid) => new()
    {
        Svids =
        {
            new X509SVID
            {
                SpiffeId = svid.SpiffeId,
                X509Svid = Joined(svid.Chain),
                X509SvidKey = ByteString.CopyFrom(svid.Key),
                Bundle = Joined(svid.Bundle),
            },
        },
        Crl = { svid.RevocationLists.Select(ByteString.CopyFrom) },
    };

    private static X509BundlesResponse ToBundles(MeshSvid svid) => new()
    {
        Crl = { svid.RevocationLists.Select(ByteString.CopyFrom) },
        Bundles = { [svid.TrustDomain] = Joined(svid.Bundle) },
    };

    private static ByteString Joined(IEnumerable<byte[]> certificates) => ByteString.CopyFrom([.. certificates.SelectMany(c => c)]);
}
