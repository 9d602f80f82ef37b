using k8s;
using k8s.Models;
using Onboarding.Kubernetes;

namespace Onboarding.Testing;

/// <summary>Asks an API server about tokens and permissions, as any client of the KubernetesClient package does.</summary>
public static class Reviews
{
    /// <summary>What the server says about a token.</summary>
    public static async Task<ReviewedToken> ReviewTokenAsync(this ClusterClient cluster, string token, params string[] audiences)
    {
        V1TokenReviewStatus status = (await cluster.Operations.AuthenticationV1.CreateTokenReviewAsync(new V1TokenReview
        {
            ApiVersion = "authentication.k8s.io/v1",
            Kind = "TokenReview",
            Spec = new V1TokenReviewSpec { Token = token, Audiences = audiences.Length == 0 ? null : audiences },
        })).Status;
        return new ReviewedToken(status.Authenticated == true, status.User ?? new V1UserInfo(), status.Audiences ?? [], status.Error);
    }

    /// <summary>True if the client may do something.</summary>
    public static async Task<bool> MayAsync(this ClusterClient cluster, V1ResourceAttributes action) =>
        (await cluster.Operations.AuthorizationV1.CreateSelfSubjectAccessReviewAsync(new V1SelfSubjectAccessReview
        {
            ApiVersion = "authorization.k8s.io/v1",
            Kind = "SelfSubjectAccessReview",
            Spec = new V1SelfSubjectAccessReviewSpec { ResourceAttributes = action },
        })).Status.Allowed;
}

/// <summary>A token that an API server has looked at.</summary>
public sealed record ReviewedToken(bool Authenticated, V1UserInfo User, IList<string> Audiences, string? Error);
