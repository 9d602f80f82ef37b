namespace Onboarding.Embedded.Istio;

/// <summary>Reviews a token, as a TokenReview of the API server does.</summary>
/// <param name="token">The token.</param>
/// <param name="audiences">Of these the token has to be for at least one.</param>
/// <param name="cancellationToken">Gives up.</param>
public delegate Task<TokenReviewOutcome> TokenReviewer(
    string token, IReadOnlyList<string> audiences, CancellationToken cancellationToken);

/// <summary>What the API server says about a token.</summary>
/// <param name="Authenticated">The token is valid, for one of the audiences asked for.</param>
/// <param name="Username">Whose it is: <c>system:serviceaccount:&lt;namespace&gt;:&lt;account&gt;</c>.</param>
/// <param name="Groups">Groups of the user.</param>
/// <param name="Error">Why it isn't valid; may be empty.</param>
public sealed record TokenReviewOutcome(bool Authenticated, string Username, IReadOnlyList<string> Groups, string Error);
