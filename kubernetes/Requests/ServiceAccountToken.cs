using System.Text;

namespace Onboarding.Kubernetes;

/// <summary>A token of a service account.</summary>
/// <param name="Token">The token: a secret.</param>
/// <param name="ExpiresAt">When it stops being accepted.</param>
public sealed record ServiceAccountToken(string Token, DateTimeOffset ExpiresAt)
{
    // A record prints its members; this one must not end up in a log by being interpolated.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("ExpiresAt = ").Append(ExpiresAt.ToString("O"));
        return true;
    }
}
