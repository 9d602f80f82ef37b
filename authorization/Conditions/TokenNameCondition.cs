using Onboarding.Api.Identity;
using Onboarding.Api.Policies;

namespace Onboarding.Authorization.Conditions;

/// <summary>A join token must have one of some names, or one that begins with one of some prefixes.</summary>
internal sealed class TokenNameCondition(JoinTokenMatcher matcher) : Condition("joinToken.names")
{
    private readonly ValueSet _names = new(matcher.Names);

    public override string Expected => OneOf([.. matcher.Names, .. matcher.NamePrefixes.Select(prefix => $"{prefix}…")]);

    public override bool Holds(WorkloadIdentity identity)
    {
        if (identity.JoinToken is not { } token)
        {
            return false;
        }

        for (int i = 0; i < matcher.NamePrefixes.Count; i++)
        {
            if (token.Name.StartsWith(matcher.NamePrefixes[i], StringComparison.Ordinal))
            {
                return true;
            }
        }

        return _names.Contains(token.Name);
    }

    public override string Actual(WorkloadIdentity identity) => Quote(identity.JoinToken?.Name);
}
