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
        JsonObject status = await ReviewAsync(path, "authentication.k8s.io/v1", "TokenRequest", spec, cancellationToken);
        return status.Text("token") is { Length: > 0 } token && status.Time("expirationTimestamp") is { } expiresAt
            ? new ServiceAccountToken(token, expiresAt)
            : throw Malformed(path, "the answer to a TokenRequest has no token or no expiration");
    }

    /// <summary>Has the server check a token (<c>TokenReview</c>).</summary>
    /// <param name="token">The token; in no log and no exception.</param>
    /// <param name="audiences">Who it is shown to; the answer names those it is good for. Empty: the API server.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<TokenReviewResult> ReviewTokenAsync(
        string token, IReadOnlyList<string> audiences, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(audiences);
        var spec = new JsonObject { ["token"] = token };
        spec.Put("audiences", audiences.ToJson());
        const string Path = "apis/authentication.k8s.io/v1/tokenreviews";
        JsonObject status = await ReviewAsync(Path, "authentication.k8s.io/v1", "TokenReview", spec, cancellationToken);
        JsonObject user = status.Object("user") ?? [];
        return new TokenReviewResult
        {
            Authenticated = status.Flag("authenticated") ?? false,
            Username = user.Text("username"),
            Uid = user.Text("uid"),
            Groups = user.Texts("groups"),
            Extra = (user.Object("extra") ?? []).ToDictionary(p => p.Key, p => ExtraValues(p.Value)),
            Audiences = status.Texts("audiences"),
            Error = status.Text("error"),
        };
    }

    /// <summary>Asks the server whether this client may do something (<c>SelfSubjectAccessReview</c>).</summary>
    /// <param name="action">What.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<AccessReviewResult> ReviewAccessAsync(ResourceAttributes action, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(action);
        var attributes = new JsonObject { ["verb"] = action.Verb, ["group"] = action.Group, ["resource"] = action.Resource };
        attributes.Put("namespace", action.Namespace);
        attributes.Put("name", action.Name);
        attributes.Put("subresource", action.Subresource);
        var spec = new JsonObject { ["resourceAttributes"] = attributes };
        const string Path = "apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
        JsonObject status = await ReviewAsync(Path, "authorization.k8s.io/v1", "SelfSubjectAccessReview", spec, cancellationToken);
        return new AccessReviewResult(status.Flag("allowed") ?? false, status.Flag("denied") ?? false, status.Text("reason"));
    }

    private async Task<JsonObject> ReviewAsync(
        string path, string apiVersion, string kind, JsonObject spec, CancellationToken cancellationToken)
    {
        var request = new ApiRequest(HttpMethod.Post, path)
        {
            Body = new JsonObject { ["apiVersion"] = apiVersion, ["kind"] = kind, ["spec"] = spec },
        };
        JsonObject answer = await SendAsync(request, cancellationToken);
        return answer.Object("status") ?? throw Malformed(path, $"the answer to a {kind} has no status");
    }

    private static IReadOnlyList<string> ExtraValues(JsonNode? values) => values is JsonArray list
        ? [.. list.OfType<JsonValue>().Select(v => v.TryGetValue(out string? text) ? text : null).OfType<string>()]
        : [];

    private static KubernetesException Malformed(string path, string message) =>
        new(new V1Status { Reason = StatusReason.MalformedAnswer, Message = message }, $"POST /{path}");
}
