using System.Text.Json.Nodes;
using Onboarding.Kubernetes.Transport;

namespace Onboarding.Kubernetes;

public sealed partial class KubernetesClient
{
    /// <summary>Has the server make a token of a service account (<c>TokenRequest</c>).</summary>
    /// <param name="namespace">Namespace of the service account.</param>
    /// <param name="serviceAccount">Its name.</param>
    /// <param name="audiences">Who shall accept the token; empty for the API server itself.</param>
    /// <param name="expiration">Life asked for, at least 10 minutes; the server may grant another.</param>
    /// <param name="boundTo">Object whose deletion invalidates the token; null for none.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<ServiceAccountToken> CreateTokenAsync(
        string @namespace,
        string serviceAccount,
        IReadOnlyList<string> audiences,
        TimeSpan expiration,
        BoundObjectReference? boundTo = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(audiences);
        var spec = new JsonObject { ["expirationSeconds"] = (long)expiration.TotalSeconds };
        spec.Put("audiences", audiences.ToJson());
        spec.Put("boundObjectRef", boundTo?.ToJson());
        string path = ResourcePath.Object(Models.V1ServiceAccount.Definition, @namespace, serviceAccount, "token");
        var request = new ApiRequest(HttpMethod.Post, path)
        {
            Body = new JsonObject { ["apiVersion"] = "authentication.k8s.io/v1", ["kind"] = "TokenRequest", ["spec"] = spec },
        };
        JsonObject status = (await SendAsync(request, cancellationToken)).Object("status") ?? [];
        return status.Text("token") is { Length: > 0 } token && status.Time("expirationTimestamp") is { } expiresAt
            ? new ServiceAccountToken(token, expiresAt)
            : throw Malformed(path, "the answer to a TokenRequest has no token or no expiration");
    }

    private static KubernetesException Malformed(string path, string message) =>
        new(new V1Status { Reason = StatusReason.MalformedAnswer, Message = message }, $"POST /{path}");
}
