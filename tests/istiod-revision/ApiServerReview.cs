using k8s;
using k8s.Models;
using Onboarding.Embedded.Istio;

namespace Onboarding.Tests.IstiodRevision;

/// <summary>Has the API server say whose token it is.</summary>
/// <param name="cluster">The API server.</param>
internal sealed class ApiServerReview(IKubernetes cluster)
{
    /// <inheritdoc cref="TokenReviewer" />
    public async Task<TokenReviewOutcome> ReviewAsync(string token, IReadOnlyList<string> audiences, CancellationToken cancellationToken)
    {
        var question = new V1TokenReview
        {
            ApiVersion = $"{V1TokenReview.KubeGroup}/{V1TokenReview.KubeApiVersion}",
            Kind = V1TokenReview.KubeKind,
            Spec = new V1TokenReviewSpec { Token = token, Audiences = [.. audiences] },
        };
        V1TokenReviewStatus status = (await cluster.AuthenticationV1.CreateTokenReviewAsync(question, cancellationToken: cancellationToken)).Status;
        return new TokenReviewOutcome(status.Authenticated == true, status.User?.Username ?? "", [.. status.User?.Groups ?? []], status.Error ?? "");
    }
}
