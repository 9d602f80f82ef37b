using System.Collections.Immutable;
using Onboarding.Embedded.Requests;

namespace Onboarding.Embedded.Authentication;

/// <summary>What a token is worth.</summary>
/// <param name="User">Whose token it is; null if it is refused.</param>
/// <param name="Audiences">The wanted audiences it is for.</param>
/// <param name="Error">Why it is refused.</param>
internal sealed record TokenReviewResult(UserInfo? User, ImmutableArray<string> Audiences, string Error)
{
    public static TokenReviewResult Refused(string why) => new(null, [], why);
}
