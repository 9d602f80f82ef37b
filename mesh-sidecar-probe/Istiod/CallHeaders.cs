using Grpc.Core;

namespace Onboarding.SidecarProbe.Istiod;

/// <summary>Headers of calls to istiod.</summary>
internal static class CallHeaders
{
    /// <summary>The token of now, if there is one, and the cluster.</summary>
    public static async Task<Metadata> WithTokenAsync(SidecarIdentity sidecar, string clusterId, CancellationToken cancellation)
    {
        Metadata headers = Without(clusterId);
        string token = await sidecar.TokenAsync(cancellation);
        if (token.Length > 0)
        {
            headers.Add("authorization", $"Bearer {token}");
        }

        return headers;
    }

    /// <summary>Only the cluster.</summary>
    public static Metadata Without(string clusterId) => new() { { "clusterid", clusterId } };
}
