namespace Onboarding.Embedded.Istio;

/// <summary>Reviews a token, as a TokenReview of the API server does.</summary>
/// <param name="token">The token.</param>
/// <param name="audiences">Of these the token has to be for at least one.</param>
/// <param name="cancellationToken">Gives up.</param>
public delegate Task<TokenReviewOutcome> TokenReviewer(
    string token, IReadOnlyList<string> audiences, CancellationToken cancellationToken);
