using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Policies;

/// <summary>Matches SPIFFE IDs: AND across fields, OR across values, empty lists match any; by bytes, as SPIFFE compares them.</summary>
public sealed record SpiffeMatcher
{
    /// <summary>Trust domains; at least one in <c>allow</c>: "any trust domain" can't be said.</summary>
    public IReadOnlyList<string> TrustDomains { get; init; } = [];

    /// <summary>Whole paths, e.g. <c>/vm/web-1</c>.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Beginnings of paths in whole segments: <c>/vm</c> matches <c>/vm</c> and <c>/vm/web-1</c>, not <c>/vmware</c>.</summary>
    public IReadOnlyList<string> PathPrefixes { get; init; } = [];

    internal static SpiffeMatcher Read(MapReader reader, bool bounded)
    {
        SpiffeMatcher matcher = new()
        {
            TrustDomains = reader.Texts("trustDomains", Checks.TrustDomain, required: bounded),
            Paths = reader.Texts("paths", Checks.SpiffePath),
            PathPrefixes = reader.Texts("pathPrefixes", value => Checks.NotEmpty(value) ?? Checks.SpiffePath(value)),
        };
        if (bounded && matcher.Paths.Count == 0 && matcher.PathPrefixes.Count == 0)
        {
            reader.WarnHere("has neither paths nor pathPrefixes: it matches every SPIFFE ID of these trust domains");
        }

        return matcher;
    }

    internal JsonObject ToJson() => new JsonObject()
        .With("trustDomains", TrustDomains)
        .With("paths", Paths)
        .With("pathPrefixes", PathPrefixes);
}
