using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Policies;

/// <summary>Matches identities proved by Google Cloud: AND across fields, OR across values, empty lists match any.</summary>
public sealed record GcpMatcher
{
    /// <summary>Project ids. In <c>allow</c> ids or numbers are needed: "any project" can't be said.</summary>
    public IReadOnlyList<string> ProjectIds { get; init; } = [];

    /// <summary>Project numbers.</summary>
    public IReadOnlyList<string> ProjectNumbers { get; init; } = [];

    /// <summary>Regions.</summary>
    public IReadOnlyList<string> Regions { get; init; } = [];

    /// <summary>Zones.</summary>
    public IReadOnlyList<string> Zones { get; init; } = [];

    /// <summary>Instances of Compute Engine.</summary>
    public GceMatcher? Gce { get; init; }

    internal static GcpMatcher Read(MapReader reader, bool bounded)
    {
        GcpMatcher matcher = new()
        {
            ProjectIds = reader.Texts("projectIds", Checks.NotEmpty),
            ProjectNumbers = reader.Texts("projectNumbers", Checks.Digits),
            Regions = reader.Texts("regions", Checks.NotEmpty),
            Zones = reader.Texts("zones", Checks.NotEmpty),
            Gce = reader.Message("gce", GceMatcher.Read),
        };
        reader.RequireBound(bounded, matcher.ProjectIds.Count + matcher.ProjectNumbers.Count, "projectIds", "projectNumbers");
        return matcher;
    }

    internal JsonObject ToJson() => new JsonObject()
        .With("projectIds", ProjectIds)
        .With("projectNumbers", ProjectNumbers)
        .With("regions", Regions)
        .With("zones", Zones)
        .With("gce", Gce?.ToJson());
}
