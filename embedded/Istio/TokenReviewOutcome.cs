namespace Onboarding.Embedded.Istio;

/// <summary>What the API server says about a token.</summary>
/// <param name="Authenticated">The token is valid, for one of the audiences asked for.</param>
/// <param name="Username">Whose it is: <c>system:serviceaccount:&lt;namespace&gt;:&lt;account&gt;</c>.</param>
/// <param name="Groups">Groups of the user.</param>
/// <param name="Error">Why it isn't valid; may be empty.</param>
public sealed record TokenReviewOutcome(bool Authenticated, string Username, IReadOnlyList<string> Groups, string Error);
