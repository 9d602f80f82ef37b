using Onboarding.Api.Identity;

namespace Onboarding.Authorization.Conditions;

/// <summary>The path of a SPIFFE ID must begin with one of some prefixes, in whole segments: <c>/vm</c> isn't <c>/vmware</c>.</summary>
internal sealed class PathPrefixCondition(IReadOnlyList<string> prefixes) : Condition("spiffe.pathPrefixes")
{
    public override string Expected => $"below {OneOf(prefixes)}";

    public override bool Holds(WorkloadIdentity identity)
    {
        if (identity.Spiffe is { } spiffe)
        {
            for (int i = 0; i < prefixes.Count; i++)
            {
                if (spiffe.Path.StartsWith(prefixes[i], StringComparison.Ordinal)
                    && (spiffe.Path.Length == prefixes[i].Length || spiffe.Path[prefixes[i].Length] == '/'))
                {
                    return true;
                }
            }
        }

        return false;
    }

    public override string Actual(WorkloadIdentity identity) => Quote(identity.Spiffe?.Path);
}
