using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Policies;

/// <summary>
/// Matches join tokens of the policy's namespace: OR across all values. A token is good for one group, once, whatever policies
/// say; a policy says that it is good at all.
/// </summary>
public sealed record JoinTokenMatcher
{
    /// <summary>Names of tokens. In <c>allow</c> names or prefixes are needed: "any token" can't be said.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Beginnings of names, e.g. <c>rack-7-</c>.</summary>
    public IReadOnlyList<string> NamePrefixes { get; init; } = [];

    internal static JoinTokenMatcher Read(MapReader reader, bool bounded)
    {
        JoinTokenMatcher matcher = new()
        {
            Names = reader.Texts("names", Checks.DnsSubdomain),
            NamePrefixes = reader.Texts("namePrefixes", Checks.NotEmpty),
        };
        reader.RequireBound(bounded, matcher.Names.Count + matcher.NamePrefixes.Count, "names", "namePrefixes");
        return matcher;
    }

    internal JsonObject ToJson() => new JsonObject().With("names", Names).With("namePrefixes", NamePrefixes);
}
